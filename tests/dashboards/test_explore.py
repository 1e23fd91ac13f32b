"""The explorer and the search, opened from disk: their numbers, links, files and keys."""

from __future__ import annotations

import csv
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
    page = opened(f"explore.html{link}")
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
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_interval_of_the_explorer_is_that_of_the_marts(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    low, high = published.execute(
        "select share_low, share_high from marts.mart_default_scope_shares "
        "where subject_code = 'EWR-DCA' and share_name = 'arrived_on_time'"
    ).fetchall()[0]
    page = opened("explore.html#o=EWR&t=DCA")
    assert cells(page, "routes")[0][3:] == [f"{low:.1%}", f"{high:.1%}"]


def test_a_choice_changes_the_link_and_the_file_holds_its_flights(
    opened: Open, published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page = opened("explore.html")
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


def test_a_link_to_something_unknown_is_reported_and_runs_nothing(opened: Open) -> None:
    page = opened("explore.html#o=<img src=x onerror=alert(1)>&t=DCA&from=2013-09&to=2013-03")
    assert "o=<img src=x" in (page.locator("#warning").text_content() or "")
    assert page.locator("#warning img").count() == 0
    sentence = page.locator("#sentence").text_content() or ""
    assert "in the months March 2013 to September 2013" in sentence
    assert page.complaints == []  # type: ignore[attr-defined]


def test_flights_that_nobody_flies_are_none_and_not_an_error(opened: Open) -> None:
    page = opened("explore.html#o=LGA&t=SFO&c=AS")
    assert "0 flights of Alaska Airlines Inc. from New York (LGA) to San Francisco (SFO)" in (
        page.locator("#sentence").text_content() or ""
    )
    assert page.locator("#number-arrived_on_time").text_content() == "not known"
    assert page.complaints == []  # type: ignore[attr-defined]


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
