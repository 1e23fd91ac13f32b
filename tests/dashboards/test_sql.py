"""SQL in the browser: what is asked is answered as DuckDB would, and nothing leaves the machine."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from ontime.site.reader import Reader
from ontime.site.serve import FolderOnly
from ontime.site.sql import database, engine, page
from ontime.site.sql.engine import EngineError
from ontime.storage.reader import open_published
from tests.commands import Project
from tests.requirements import lacking

FILE = "assets/duckdb/ontime.duckdb"


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """Yield the address of the site, if it was built with DuckDB for browsers."""
    if not (site / FILE).exists():
        lacking("browser-sql", f"nothing in {engine.FOLDER}")
    handler = partial(FolderOnly, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def ask(opened: Page, query: str) -> list[list[str]]:
    """Ask with the keyboard, and return the cells of the answer."""
    opened.fill("#query", query)
    opened.keyboard.press("Control+Enter")
    opened.wait_for_selector("#run:not([disabled])", timeout=300_000)
    rows: list[list[str]] = opened.locator("#answer tbody").evaluate(
        "body => [...body.rows].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows if opened.locator("#answer").is_visible() else []


def test_questions_are_answered_as_duckdb_answers_them(
    served: str, browser: Browser, site: Path, tmp_path: Path
) -> None:
    asked: list[str] = []
    context = browser.new_context()
    context.route(
        lambda address: not address.startswith((served, "data:", "blob:")),
        lambda route: route.abort(),
    )
    context.on("request", lambda request: asked.append(request.url))
    opened = context.new_page()
    opened.goto(f"{served}sql.html#q=select%2042%20as%20answer")
    assert not [address for address in asked if "duckdb" in address], "loaded before it was asked"
    assert opened.input_value("#query") == "select 42 as answer"
    violations = {"resultTypes": ["violations"], "preload": False}
    assert Axe().run(opened, options=violations).response["violations"] == []

    with duckdb.connect(str(site / FILE), read_only=True) as connection:
        connection.execute("set search_path = 'marts,catalogue'")
        for query in page.EXAMPLES.values():
            expected = connection.execute(
                f"select columns(*)::varchar from (\n{query}\n)"
            ).fetchall()
            texts = [["null" if cell is None else cell for cell in row] for row in expected]
            # ties have no order of their own
            assert sorted(ask(opened, query)) == sorted(texts), query
            assert f"{len(texts)} rows in " in (opened.text_content("#state") or "")
    assert Axe().run(opened, options=violations).response["violations"] == []

    for query, sentence in {
        "from fct_flight": 'fct_flight does not exist! Did you mean "fct_flights"?',
        "drop table fct_flights": "Only questions can be asked",
        "select 1; drop table fct_flights": 'syntax error at or near ";"',
        "from read_csv('https://example.com/a.csv')": "file system operations are disabled",
        "from read_json('https://example.com/a.json')": '"read_json" is not in the catalog',
        "  -- nothing": "There is no question yet",
    }.items():
        assert ask(opened, query) == []
        problem = opened.text_content("#problem") or ""
        assert sentence in problem
        assert "\n" not in problem
    assert ask(opened, "select value from duckdb_settings() where name = 'access_mode'") == [
        ["read_only"]
    ]
    assert ask(opened, "select '<b>x</b>' as a, null as b, 'say \"a,b\"' as c;") == [
        ["<b>x</b>", "null", 'say "a,b"']
    ]
    with opened.expect_download() as download:
        opened.click("#csv")
    download.value.save_as(tmp_path / "answer.csv")
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["a", "b", "c"], ["<b>x</b>", "", 'say "a,b"']]

    assert [
        address for address in asked if not address.startswith((served, "data:", "blob:"))
    ] == []
    context.close()


def test_from_the_disk_the_page_names_the_command(
    served: str, browser: Browser, site: Path
) -> None:
    assert served
    opened = browser.new_page()
    opened.goto((site / page.ADDRESS).as_uri())
    assert "make serve" in opened.locator("#from-disk").inner_text()
    assert opened.locator("#ask").is_hidden()
    opened.close()


def test_file_has_a_bound_and_the_page_names_what_is_left_out(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most_bytes = 3_000_000
    tables = database.write(tmp_path / "bounded.duckdb", small.published_file, most_bytes)
    assert (tmp_path / "bounded.duckdb").stat().st_size <= most_bytes
    assert [path.name for path in tmp_path.iterdir()] == ["bounded.duckdb"]
    held = {table.name for table in tables if table.is_held}
    with duckdb.connect(str(tmp_path / "bounded.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
    assert {name for name, _ in found} == held
    assert dict(found)["dim_carriers"] > 0
    left_out = {table.name for table in tables} - held
    # names before what they name, small before large
    assert "dim_airports" not in left_out
    assert "mart_quality_comparisons" in left_out

    file = tmp_path / "made" / FILE
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.setattr(engine, "is_there", lambda: True)
    monkeypatch.setattr(engine, "write", lambda _: 1)
    monkeypatch.setattr(database, "write", lambda *_: tables)
    facts = Reader(open_published(small.published_file)).facts()
    page.write(tmp_path / "made", small.published_file, [], facts)
    text = (tmp_path / "made" / page.ADDRESS).read_text(encoding="utf-8")
    [sentence] = [line for line in text.splitlines() if "Left out because of their size" in line]
    assert all(f">{name}</a>" in sentence for name in left_out)


def test_without_duckdb_for_browsers_the_page_names_the_command(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "is_there", lambda: False)
    facts = Reader(open_published(small.published_file)).facts()
    page.write(tmp_path, small.published_file, [], facts)
    text = (tmp_path / page.ADDRESS).read_text(encoding="utf-8")
    assert "<code>make browser-sql</code>" in text
    assert "<form" not in text
    assert [path.name for path in tmp_path.iterdir()] == [page.ADDRESS]


def test_file_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is missing, or is not the file that the lock names"):
        engine.write(tmp_path / "made", tmp_path)
    (tmp_path / "duckdb.wasm").write_bytes(b"another")
    with pytest.raises(EngineError, match="run `make browser-sql`"):
        engine.write(tmp_path / "made", tmp_path)
