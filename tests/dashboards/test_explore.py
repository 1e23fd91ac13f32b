"""The explorer and the search, opened from disk: their numbers, links, files and keys."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboards.conftest import Open

ARRIVED = "flight_state = 'completed' and arrival_delay_minutes < 15"
CHOICES = {
    "": "true",
    "#o=EWR&t=DCA": "origin_airport_code = 'EWR' and destination_airport_code = 'DCA'",
    "#c=UA&from=2013-03&to=2013-06": "carrier_code = 'UA' and month(flight_date) between 3 and 6",
    "#t=SJU&from=2013-06&to=2013-06": "destination_airport_code = 'SJU' and month(flight_date) = 6",
}


def explored(opened: Open, link: str = "") -> Any:
    """Open the explorer, and wait until it shows what the link names."""
    page = opened(f"explore.html{link}")
    page.wait_for_selector("#result:not([hidden]):not([aria-busy])")
    return page


def cells(page: Any, table: str) -> list[list[str]]:
    """Return the cells of the rows of a table."""
    rows: list[list[str]] = page.evaluate(
        """table => [...document.querySelectorAll(`#${table} tbody tr`)]
            .map(row => [...row.cells].map(cell => cell.textContent))""",
        table,
    )
    return rows


@pytest.mark.parametrize("link", CHOICES)
def test_a_link_shows_the_numbers_of_its_flights(
    opened: Open, published: duckdb.DuckDBPyConnection, link: str
) -> None:
    page = explored(opened, link)
    flights, share, hour, never = published.execute(
        f"""
        select
            count(*),
            count(*) filter ({ARRIVED}) / count(*),
            count(*) filter (flight_state = 'completed' and arrival_delay_minutes >= 60)
            / count(*) filter (flight_state = 'completed'),
            count(*) filter (flight_state in ('cancelled', 'never_departed')) / count(*)
        from marts.fct_flights where {CHOICES[link]}
        """
    ).fetchall()[0]
    assert page.locator("#number-flights").text_content() == f"{flights:,}"
    assert page.locator("#number-arrived_on_time").text_content() == f"{share:.1%}"
    assert page.locator("#number-hour_late").text_content() == f"{hour:.1%}"
    assert page.locator("#number-never_flown").text_content() == f"{never:.1%}"
    sentence = page.locator("#sentence").text_content() or ""
    assert f"Of {flights:,} flights" in sentence
    assert f"{share:.1%} arrived on time" in sentence

    months = published.execute(
        f"""
        select
            strftime(flight_month, '%B %Y'), count(*), count(*) filter ({ARRIVED}) / count(*)
        from marts.fct_flights where {CHOICES[link]} group by flight_month order by flight_month
        """
    ).fetchall()
    assert [row[:3] for row in cells(page, "months")] == [
        [name, f"{count:,}", f"{part:.1%}"] for name, count, part in months
    ]
    routes = cells(page, "routes")
    total = sum(int(row[1].replace(",", "")) for row in routes)
    assert total == flights or len(routes) == 200
    page.wait_for_selector("#chart svg")
    assert page.complaints == []


def test_the_interval_of_the_explorer_is_that_of_the_marts(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    low, high = published.execute(
        "select share_low, share_high from marts.mart_default_scope_shares "
        "where subject_code = 'EWR-DCA' and share_name = 'arrived_on_time'"
    ).fetchall()[0]
    page = explored(opened, "#o=EWR&t=DCA")
    assert cells(page, "routes")[0][3:] == [f"{low:.1%}", f"{high:.1%}"]


def test_a_choice_changes_the_link_and_the_file_holds_its_flights(
    opened: Open, published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page = explored(opened)
    page.select_option("select[name=o]", "JFK")
    page.select_option("select[name=c]", "B6")
    page.select_option("select[name=m]", "average_delay")
    assert page.evaluate("location.hash") == "#o=JFK&c=B6&m=average_delay"
    with page.expect_download() as download:
        page.click("#csv")
    path = tmp_path / "flights.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = published.execute(
        "select count(*), sum(arrival_delay_minutes) filter (flight_state = 'completed') "
        "from marts.fct_flights where origin_airport_code = 'JFK' and carrier_code = 'B6'"
    ).fetchall()[0]
    assert sum(int(row["scheduled_flights"]) for row in rows) == expected[0]
    assert sum(int(row["net_arrival_delay_minutes"]) for row in rows) == expected[1]
    assert {row["origin_airport_code"] for row in rows} == {"JFK"}
    page.click("text=All flights")
    page.wait_for_function("document.getElementById('number-flights').textContent === '336,776'")


def test_the_file_of_all_flights_holds_all_of_them(
    opened: Open, published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page = explored(opened)
    with page.expect_download() as download:
        page.click("#csv")
    path = tmp_path / "flights.csv"
    download.value.save_as(path)
    found = duckdb.sql(
        "select carrier_code, origin_airport_code, sum(scheduled_flights)::int, "
        f"sum(on_time_arrivals)::int, sum(net_arrival_delay_minutes)::int from '{path}'"
        "group by all"
    ).fetchall()
    expected = published.execute(
        f"select carrier_code, origin_airport_code, count(*), count(*) filter ({ARRIVED}), "
        "sum(arrival_delay_minutes) filter (flight_state = 'completed') "
        "from marts.fct_flights group by all"
    ).fetchall()
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("missing", "could not be loaded (assets/cube/to-SJU.js)"),
        ("of another publication", "published anew"),
    ],
)
def test_counts_that_cannot_be_used_are_reported_and_no_other_numbers_are_shown(
    opened: Open, site: Path, tmp_path: Path, fault: str, words: str
) -> None:
    shutil.copytree(site / "assets", tmp_path / "assets")
    shutil.copy(site / "explore.html", tmp_path)
    part = tmp_path / "assets" / "cube" / "to-SJU.js"
    content = part.read_text("utf-8")
    part.unlink()
    if fault != "missing":
        part.write_text(re.sub(r',"\w{12}",', ',"0123456789ab",', content), "utf-8")
    page = opened("explore.html")
    page.goto(f"file://{tmp_path / 'explore.html'}")
    page.select_option("select[name=t]", "SJU")
    page.wait_for_function(
        "words => document.getElementById('loading').textContent.includes(words)", arg=words
    )
    assert page.locator("#result").is_hidden()
    page.select_option("select[name=t]", "")
    page.wait_for_selector("#result:not([hidden])")
    assert page.locator("#number-flights").text_content() == "336,776"
    # what failed once is loaded when it is there
    part.write_text(content, "utf-8")
    page.select_option("select[name=t]", "SJU")
    page.wait_for_function("document.getElementById('sentence').textContent.includes('San Juan')")


def test_the_first_load_of_the_explorer_is_small_and_so_is_every_further_one(site: Path) -> None:
    assets = site / "assets"
    parts = [path.stat().st_size for path in (assets / "cube").iterdir()]
    assert (assets / "cube.js").stat().st_size < 40_000
    # 3 origins, 105 destinations, 16 carriers
    assert len(parts) == 124
    assert max(parts) < 20_000


def test_the_chart_of_the_explorer_is_read_with_the_arrow_keys(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    late, early = (
        published.execute(
            f"select count(*) filter ({ARRIVED}) / count(*) from marts.fct_flights "
            "where origin_airport_code = 'EWR' and quarter(flight_date) = $1",
            [quarter],
        ).fetchall()[0][0]
        for quarter in (4, 3)
    )
    page = explored(opened, "#o=EWR")
    chart = page.locator("#chart [role=img]")
    chart.wait_for()
    assert (chart.get_attribute("aria-label") or "").startswith(
        f"In the three months to December 2013, {late:.1%} arrived on time, "
        f"{100 * abs(late - early):.1f} percentage points less than in the three months before "
        f"({early:.1%}). "
    )
    chart.focus()
    page.keyboard.press("ArrowLeft")
    assert (page.locator(".spoken").text_content() or "").startswith("December 2013: ")
    page.keyboard.press("Home")
    assert (page.locator(".spoken").text_content() or "").startswith("January 2013: ")
    assert page.locator(".tip").text_content() == page.locator(".spoken").text_content()
    # the chart of another choice has tips of its own
    page.select_option("select[name=t]", "BOS")
    page.wait_for_function("document.getElementById('sentence').textContent.includes('Boston')")
    page.wait_for_function(
        "[...document.querySelectorAll('#chart [data-tip]')].length === 12 "
        "&& document.querySelector('#chart [data-tip]').dataset.tip.includes('; 4')"
    )


def test_a_link_to_something_unknown_is_reported_and_runs_nothing(opened: Open) -> None:
    page = explored(opened, "#o=<img src=x onerror=alert(1)>&t=DCA&from=2013-09&to=2013-03")
    assert "o=<img src=x" in (page.locator("#warning").text_content() or "")
    assert page.locator("#warning img").count() == 0
    sentence = page.locator("#sentence").text_content() or ""
    assert "in the months March 2013 to September 2013" in sentence
    assert page.complaints == []


def test_flights_that_nobody_flies_are_none_and_not_an_error(opened: Open) -> None:
    page = explored(opened, "#o=LGA&t=SFO&c=AS")
    assert "0 flights of Alaska Airlines Inc. from New York (LGA) to San Francisco (SFO)" in (
        page.locator("#sentence").text_content() or ""
    )
    assert page.locator("#number-arrived_on_time").text_content() == "not known"
    assert page.complaints == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("newark", "airport/EWR.html"),
        ("EWR", "airport/EWR.html"),
        ("united", "carrier/UA.html"),
        ("ewr dca", "route/EWR-DCA.html"),
        ("fct_flights", "docs/dictionary/fct_flights.html"),
        ("carrier_key fct_flights", "docs/dictionary/fct_flights.html#carrier_key"),
        ("on_time_arrival_rate", "docs/metrics.html#on_time_arrival_rate"),
        ("for analysts", "docs/analyst.html"),
    ],
)
def test_search_finds_by_the_beginnings_of_words(
    opened: Open, site: Path, typed: str, address: str
) -> None:
    page = opened("dashboards/overview.html")
    page.locator("form.search input").fill(typed)
    page.wait_for_selector(".search li")
    page.keyboard.press("Enter")
    page.wait_for_url(f"file://{site / address}")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_search_of_nothing_finds_nothing(opened: Open) -> None:
    page = opened("index.html")
    box = page.locator("form.search input")
    box.fill("zzzz")
    box.press("Enter")
    assert page.locator(".search li").count() == 0
    assert page.url.endswith("index.html")


def test_marks_of_a_chart_are_read_with_the_arrow_keys(opened: Open) -> None:
    page = opened("airport/EWR.html")
    chart = page.locator('figure[data-chart="origin_airport_trend"] [role="img"]')
    chart.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    spoken = page.locator(".spoken").text_content() or ""
    assert spoken.startswith("February 2013: ")
    assert page.locator(".tip").text_content() == spoken
    assert page.locator(".tip").is_visible()


def test_a_long_table_shows_only_the_rows_with_the_words(opened: Open) -> None:
    page = opened("dashboards/airports.html")
    rows = page.locator('table[data-chart="table"] tbody tr')
    every = rows.count()
    page.locator(".filter input").last.fill("san f")
    seen = [row for row in rows.all() if row.is_visible()]
    assert 0 < len(seen) < every
    assert all("San Francisco" in (row.text_content() or "") for row in seen)
