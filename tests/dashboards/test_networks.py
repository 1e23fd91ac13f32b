"""The page of brands and partners: empty until its source is loaded, and right when it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import duckdb
import pytest

from ontime.site import pages
from ontime.site.boards import Board, read_board
from ontime.site.reader import Reader
from tests.commands import Project

PAGE = "dashboards/networks.html"
# brand, operator, month, scheduled flights, on-time arrivals
FLOWN = [
    ("AA", "AA", "2023-12-01", 5_000, 5_000),
    ("AA", "AA", "2025-01-01", 600, 480),
    ("AA", "MQ", "2025-01-01", 400, 220),
    ("DL", "DL", "2025-01-01", 1_000, 850),
    ("AA", "AA", "2025-02-01", 700, 560),
    ("AA", "MQ", "2025-02-01", 300, 150),
    ("DL", "DL", "2025-02-01", 1_000, 650),
]


@pytest.fixture(scope="module")
def board() -> Board:
    """Return the board."""
    return read_board(Path("dashboards/charts/27_networks.yml"))


@pytest.fixture(scope="module")
def of_brands(small: Project) -> Iterator[Reader]:
    """Yield a reader of the published tables with made-up months of brands."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{small.published_file}' as published (read_only)")
        for table in (
            "mart_marketing_network_month_punctuality",
            "mart_marketing_network_operator_month_punctuality",
            "mart_operator_month_reconciliation",
        ):
            connection.execute(f"create table {table} as from published.marts.{table} limit 0")
        connection.execute("create view dim_carriers as from published.marts.dim_carriers")
        connection.execute(
            "create table flown(marketing_carrier_code varchar, operating_carrier_code varchar,"
            " flight_month date, scheduled_flights integer, on_time_arrivals integer)"
        )
        connection.executemany("insert into flown values ($1, $2, $3, $4, $5)", FLOWN)
        measures = (
            "sum(scheduled_flights) as scheduled_flights, sum(on_time_arrivals) as on_time_arrivals"
        )
        connection.execute(
            "insert into mart_marketing_network_operator_month_punctuality by name from flown"
        )
        connection.execute(
            f"""
            insert into mart_marketing_network_month_punctuality by name
            select
                *,
                rank() over (
                    partition by flight_month order by on_time_arrivals / scheduled_flights desc
                ) as on_time_rank
            from (
                select
                    marketing_carrier_code, flight_month, {measures},
                    sum(case when operating_carrier_code <> marketing_carrier_code
                        then scheduled_flights else 0 end) as partner_operated_flights
                from flown group by all
            )
            """
        )
        connection.execute(
            """
            insert into mart_operator_month_reconciliation by name
            select 'MQ' as operating_carrier_code, date '2025-02-01' as flight_month,
                300 as marketing_flights, 290 as flights_in_both_tables,
                0 as reporting_only_flights, 10 as marketing_only_flights,
                true as is_reporting_carrier
            """
        )
        yield Reader(connection)


def shown(board: Board, reader: Reader, published: Reader) -> tuple[str, str]:
    """Return the page of the board as HTML, and its text."""
    rows = pages.read_charts(board, reader)
    facts = pages.facts_of(board, rows, published.facts())
    drawn: dict[tuple[str, str], str] = defaultdict(lambda: "<svg></svg>")
    html = pages.content(board, rows, drawn, facts, {})
    return html, " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_source_that_is_not_loaded_is_said_in_one_sentence_and_is_in_nobodys_way(
    site: Path,
) -> None:
    text = (site / PAGE).read_text("utf-8")
    assert text.count("<h2>") == 1
    assert text.count('class="answer"') == 1
    assert "0 months of the table by marketing carrier are loaded" in text
    assert "make ingest build dashboards SOURCES=bts_marketing MONTHS=2025-01" in text
    assert '<dd class="scope">The source of these flights is not loaded.</dd>' in text
    assert "<figure" not in text
    first = (site / "index.html").read_text("utf-8")
    entries = re.findall(r'<li><a href="(dashboards/[^"]+)"><strong>', first)
    assert entries[-1] == PAGE
    assert "Not loaded yet." in first
    assert f'<li><a href="{PAGE[11:]}"' not in (site / "dashboards/overview.html").read_text(
        "utf-8"
    )


def test_the_page_counts_the_latest_twelve_months_and_says_how_many_there_are(
    board: Board, of_brands: Reader, small: Project
) -> None:
    with duckdb.connect(str(small.published_file), read_only=True) as connection:
        connection.execute("set search_path = 'marts'")
        html, text = shown(board, of_brands, Reader(connection))
    covered = (
        "Flights by the brand that sells them, 2 months up to February 2025, 4,000 flights; "
        "source bts_marketing"
    )
    assert html.count(f'<p class="scope">{covered}.</p>') == 5
    delta, american = (
        of_brands.rows(
            "select max_by(carrier_name, valid_from_date) as n from dim_carriers "
            "where carrier_code = $1",
            [code],
        )[0]["n"]
        for code in ("DL", "AA")
    )
    assert (
        f"Of 2 brands, {delta} arrived on time most often (75.0% of 2,000 flights), {american} "
        "least often (70.5% of 2,000). Partners flew 17.5% of all flights."
    ) in text
    assert "In February 2025, AA ranked first of 2 brands" in text
    assert "71.0% of scheduled flights arrived on time" in text
    # MQ 370 of 700; the brand in the same months 1,410 of 2,000
    assert "the furthest below its brand is MQ for AA: 17.6 percentage points" in text
    assert (
        "In the 1 of these months that are loaded from both tables, 10 of 300 flights are in the "
        "table by marketing carrier alone, and 0 flights in the table by reporting carrier alone."
    ) in text


def test_months_of_one_table_alone_are_not_compared_and_the_page_says_how_to(
    board: Board, of_brands: Reader
) -> None:
    of_brands.connection.execute("begin")
    try:
        of_brands.connection.execute("delete from mart_operator_month_reconciliation")
        [row] = of_brands.rows(board.queries["reconciled_words"]["sql"])
    finally:
        of_brands.connection.execute("rollback")
    assert row["answer"].startswith("0 of these months are loaded from both tables of BTS: make")


def test_facts_of_a_page_with_the_default_scope_stay(board: Board, reader: Reader) -> None:
    facts = reader.facts()
    other = replace(board, queries={})
    assert pages.facts_of(other, {}, facts) is facts
    assert pages.is_loaded(other, {})
