"""Write the explorer: a page that adds up counts for any choice of flights, without a server.

The counts are scripts of the site (`ontime.site.counts`), because a page that is opened from disk
may load a script but not a data file. Vega is the bundle that the renderer of the other charts
holds.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import vl_convert

from ontime.site import counts
from ontime.site.cards.cube import interval_deviations
from ontime.site.markup import scope
from ontime.site.pages import frame
from ontime.terminal.console import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ontime.site.cards.subjects import Subject
    from ontime.site.reader import Facts, Reader

TITLE, ADDRESS = "Explore", "explore.html"
ABOUT = "Choose flights by airport, carrier and period: how punctual were they?"
_METRICS: tuple[dict[str, str], ...] = (
    {
        "key": "arrived_on_time",
        "label": "Arrived on time",
        "events": "arrived",
        "total": "scheduled",
        "words": "{} arrived on time",
        "description": "Of all scheduled flights: completed, and less than 15 minutes late.",
    },
    {
        "key": "hour_late",
        "label": "An hour late or more",
        "events": "hour",
        "total": "completed",
        "words": "{} of arrivals were an hour late or more",
        "description": "Of the flights that arrived at their destination.",
    },
    {
        "key": "never_flown",
        "label": "Never flown",
        "events": "never",
        "total": "scheduled",
        "words": "{} were never flown",
        "description": "Of all scheduled flights: cancelled, or without a departure.",
    },
    {
        "key": "left_on_time",
        "label": "Left on time",
        "events": "left",
        "total": "scheduled",
        "words": "{} left on time",
        "description": "Of all scheduled flights: left the gate less than 15 minutes late.",
    },
    {
        "key": "average_delay",
        "label": "Average arrival delay",
        "events": "delay",
        "total": "completed",
        "unit": "minutes",
        "words": "the average arrival delay was {}",
        "description": "Of the flights that arrived; early arrivals count as negative.",
    },
)


def write(
    made: Path,
    reader: Reader,
    found: Sequence[Subject],
    menu: Sequence[tuple[str, str]],
    facts: Facts,
) -> None:
    """Write the page, its data and its scripts into the folder of the site."""
    assets = made / "assets"
    more = {
        "cards": [subject.code for subject in found if subject.kind == "route"],
        "metrics": _METRICS,
        "deviations": interval_deviations(),
    }
    counts.write(assets, reader, found, facts.publication_name, more)
    bundle = vl_convert.javascript_bundle(vl_version="6.4")  # type: ignore[call-arg]
    (assets / "vega.js").write_text(bundle, encoding="utf-8")
    source = files("ontime.site").joinpath("assets/explore.js")
    (assets / "explore.js").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    page = frame(
        TITLE,
        _content(facts),
        address=ADDRESS,
        menu=menu,
        about=ABOUT,
        facts=facts,
        scripts=("cube.js", "explore.js"),
    )
    (made / ADDRESS).write_text(page, encoding="utf-8")


def _content(facts: Facts) -> str:
    choices = "".join(
        f'<label>{label}<select name="{name}">{first}</select></label>'
        for name, label, first in (
            ("o", "From", '<option value="">all airports</option>'),
            ("t", "To", '<option value="">all airports</option>'),
            ("c", "Carrier", '<option value="">all carriers</option>'),
            ("from", "First month", ""),
            ("to", "Last month", ""),
            ("m", "Metric", ""),
        )
    )
    numbers = "".join(
        f'<div class="number"><dt>{escape(label)}</dt><dd id="number-{key}"></dd></div>'
        for key, label in (
            *((metric["key"], metric["label"]) for metric in _METRICS[:3]),
            ("flights", "Flights scheduled"),
        )
    )
    covered = scope(facts.scope)
    return printable(f"""
<noscript><p class="nothing">This page adds up the numbers with JavaScript, which is switched off.
<a href="dashboards/airports.html">The airports</a>, <a href="dashboards/carriers.html">the
carriers</a> and <a href="dashboards/routes.html">the routes</a> have pages that work without
it.</p></noscript>
<form id="choice" class="choice" hidden>{choices}
<p class="buttons"><button type="button" id="copy">Copy link</button>
<button type="button" id="csv">Download these flights (CSV)</button>
<button type="reset">All flights</button>
<span id="done" role="status"></span></p></form>
<p id="loading" class="nothing" role="status" hidden>Loading the counts of these flights …</p>
<div id="result" hidden>
<p id="warning" class="warning" role="status"></p>
<p id="sentence" class="answer" role="status"></p>
<dl class="numbers">{numbers}</dl>{covered}
<h2>Which way is it going?</h2>
<p id="direction" class="answer"></p>
<p class="text"><strong data-metric></strong>, by month; the band is the 95% interval (Wilson), the
dashed line is all flights. <span id="metric-words"></span></p>
<figure data-chart="trend" id="trend"><figcaption><span data-metric></span>, by month</figcaption>
<div class="drawn"><div id="chart" class="chart"></div></div>{covered}
<details><summary>The numbers</summary><div class="table" tabindex="0" role="region"
aria-label="Numbers by month"><table data-chart="trend" id="months"><thead><tr>
<th scope="col" data-column="flight_month">Month</th>
<th scope="col" class="n" data-column="scheduled_flights">Flights scheduled</th>
<th scope="col" class="n" data-metric></th>
<th scope="col" class="n" data-column="share_low">At least</th>
<th scope="col" class="n" data-column="share_high">At most</th>
<th scope="col" class="n" data-column="all_flights">All flights</th>
</tr></thead><tbody></tbody></table></div></details></figure>
<h2>Which routes are they?</h2>
<p class="text" id="routes-words"></p>
<div class="table long" tabindex="0" role="region" aria-label="Routes">
<table data-chart="routes" id="routes"><thead><tr>
<th scope="col" data-column="route">Route</th>
<th scope="col" class="n" data-column="scheduled_flights">Flights scheduled</th>
<th scope="col" class="n" data-metric></th>
<th scope="col" class="n" data-column="share_low">At least</th>
<th scope="col" class="n" data-column="share_high">At most</th></tr></thead><tbody></tbody></table>
</div>{covered}
</div>
""")
