"""Write the page that asks in SQL, in the browser: only of a site that a server shows.

A page from the disk may load neither a worker nor a database. Nothing is loaded until the reader
asks for the first time.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ontime.site.markup import scope
from ontime.site.pages import frame
from ontime.site.sql import database, engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ontime.site.reader import Facts
    from ontime.site.sql.database import Table

TITLE, ADDRESS = "Ask in SQL", "sql.html"
ABOUT = "Any question of these tables, answered by DuckDB in this browser."
# nothing leaves the machine, whatever a query asks for
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'"
)
_FOLDER = "assets/duckdb"
_FILE = "ontime.duckdb"
_MEGABYTE = 1e6

# after the file is open and before the first question; extensions first, because a setting such as
# the time zone would load one from their publisher's server
SETTINGS = (
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set search_path = 'marts,catalogue'",
    "set memory_limit = '1GB'",
    "set enable_external_access = false",
    "set lock_configuration = true",
)
SHOWN_ROWS = 500
MOST_ROWS = 100_000

EXAMPLES = {
    "On time by carrier": """select
    carriers.carrier_name,
    count(*) as scheduled_flights,
    round(100 * avg(flights.is_on_time_arrival::int), 1) as percent_on_time
from fct_flights as flights
inner join dim_carriers as carriers
    on flights.carrier_code = carriers.carrier_code
    and flights.flight_date between carriers.valid_from_date
    and coalesce(carriers.valid_to_date, date '9999-12-31')
group by all
order by percent_on_time desc""",
    "The longest delays": """select
    flight_date,
    carrier_code || flight_number as flight,
    origin_airport_code || ' to ' || destination_airport_code as route,
    arrival_delay_minutes
from fct_flights
order by arrival_delay_minutes desc nulls last, flight_date, flight
limit 20""",
    "By hour of departure": """select
    hour(scheduled_departure_at_local) as departure_hour,
    count(*) as flights,
    round(100 * avg(is_on_time_arrival::int), 1) as percent_on_time,
    quantile_cont(arrival_delay_minutes, 0.9) as one_in_ten_is_later_than_minutes
from fct_flights
group by departure_hour
order by departure_hour""",
    "Chronically late flights": """select *
from mart_chronically_delayed_flights
order by all
limit 50""",
    "The columns of a table": "describe fct_flights",
}


class Sizes:
    """How many bytes a browser loads before the first answer, in words."""

    def __init__(self, engine_bytes: int, file_bytes: int) -> None:
        """Take the bytes of the engine and of the file."""
        self.engine = f"{engine_bytes / _MEGABYTE:.0f} MB"
        self.file = f"{file_bytes / _MEGABYTE:.0f} MB"


def write(made: Path, published: Path, menu: Sequence[tuple[str, str]], facts: Facts) -> None:
    """Write the page, and what it loads if DuckDB for browsers has been fetched.

    Raises:
        EngineError: a file of DuckDB for browsers is not the locked one.
        ReaderError: the published file is not a publication.

    """
    scripts: tuple[str, ...] = ()
    if engine.is_there():
        folder = made / _FOLDER
        engine_bytes = engine.write(folder)
        tables = database.write(folder / _FILE, published)
        sizes = Sizes(engine_bytes, (folder / _FILE).stat().st_size)
        source = files("ontime.site").joinpath("assets/sql.js").read_text(encoding="utf-8")
        (made / "assets" / "sql.js").write_text(source, encoding="utf-8")
        body, scripts = _content(tables, sizes, facts), ("sql.js",)
    else:
        body = _absent()
    page = frame(
        TITLE,
        body,
        address=ADDRESS,
        menu=menu,
        about=ABOUT,
        facts=facts,
        scripts=scripts,
        policy=_POLICY,
    )
    (made / ADDRESS).write_text(page, encoding="utf-8")


def _absent() -> str:
    return (
        '<p class="nothing">This site was built without DuckDB for browsers. '
        f"<code>{engine.HOW}</code> fetches it once (npm, 36 MB); then <code>make dashboards</code>"
        " builds this page, and <code>make serve</code> shows it.</p>"
    )


def _content(tables: Sequence[Table], sizes: Sizes, facts: Facts) -> str:
    settings = {
        "settings": SETTINGS,
        "shownRows": SHOWN_ROWS,
        "mostRows": MOST_ROWS,
        "examples": EXAMPLES,
        "folder": _FOLDER,
        "file": _FILE,
        "publication": facts.publication_name,
    }
    stated = escape(json.dumps(settings, ensure_ascii=True, separators=(",", ":")), quote=True)
    choices = "".join(f"<option>{escape(name)}</option>" for name in EXAMPLES)
    return f"""
<noscript><p class="nothing">This page runs DuckDB in the browser, which needs JavaScript. Without
it, <code>make query</code> answers in a terminal.</p></noscript>
<p class="nothing" id="from-disk" hidden>This page needs a server: a page from the disk may not load
a database. Run <code>make serve</code> and open the address that it shows, or ask in a terminal
with <code>make query</code>.</p>
<form id="ask" class="ask" data-settings="{stated}" hidden>
<label>An example <select name="example"><option value="">choose one</option>{choices}</select>
</label>
<label for="query">Your question, in <a href="https://duckdb.org/docs/sql/introduction">DuckDB's
SQL</a></label>
<textarea id="query" name="query" rows="8" spellcheck="false" autocomplete="off"
aria-describedby="how"></textarea>
<p class="buttons"><button type="submit" id="run">Run</button>
<button type="button" id="stop" disabled>Stop</button>
<button type="button" id="csv" disabled>Download CSV</button>
<button type="button" id="copy">Copy link</button></p>
<p id="state" role="status"></p>
<p id="problem" class="warning" role="alert"></p>
</form>
<div id="answer" class="table" tabindex="0" role="region" aria-label="Answer" hidden>
<table><thead></thead><tbody></tbody></table></div>
{scope(facts.scope)}
<p class="text" id="how" hidden>The first question loads DuckDB ({sizes.engine}, a quarter of it
where the server compresses) and the data ({sizes.file}); they stay on this machine. Ctrl+Enter runs
it. Only questions can be asked: nothing can be changed, and nothing is sent anywhere.</p>
<h2>What can be asked?</h2>
{_tables(tables)}
"""


def _tables(tables: Sequence[Table]) -> str:
    held = [table for table in tables if table.is_held]
    left_out = [table for table in tables if not table.is_held]
    rows = "".join(
        f'<tr><td><a href="docs/dictionary/{table.name}.html">{table.name}</a></td>'
        f'<td class="n">{table.rows:,}</td><td class="n">{_columns(table)}</td>'
        f"<td>{escape(_first_sentence(table.description))}</td></tr>"
        for table in held
    )
    missing = (
        f"<p class='text'>Left out because of their size: {', '.join(map(_linked, left_out))}. "
        "<code>make query</code> asks them.</p>"
        if left_out
        else ""
    )
    return f"""<p class="text">The published tables, as far as a browser can hold them:
{database.MOST_MEGABYTES} MB at most. <code>{database.FLIGHTS}</code> has the flights of the scope
above, and the columns that are asked for most. Columns and their meaning are in the data
dictionary. <code>from publication</code> names the publication that answers.</p>{missing}
<div class="table long" tabindex="0" role="region" aria-label="Tables"><table><thead><tr>
<th scope="col">Table</th><th scope="col" class="n">Rows</th><th scope="col" class="n">Columns</th>
<th scope="col">What it is</th></tr></thead><tbody>{rows}</tbody></table></div>"""


def _columns(table: Table) -> str:
    if table.held_columns == table.columns:
        return str(table.columns)
    return f"{table.held_columns} of {table.columns}"


def _linked(table: Table) -> str:
    whole = f"{table.rows:,} rows"
    return f'<a href="docs/dictionary/{table.name}.html">{table.name}</a> ({whole})'


def _first_sentence(description: str) -> str:
    return " ".join(description.split()).split(". ", 1)[0].rstrip(".").replace("`", "") + "."
