"""One question has one answer: in the README, the guides, on the site and in the metrics."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from ontime.metrics.semantics import Metrics
from ontime.querying.questions import Question, answered, read
from ontime.site.boards import read_board
from ontime.site.reader import Reader
from tests.commands import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = ROOT / "docs" / "questions"
ANSWER = re.compile(r"```sql\n(?P<sql>[^`]+)```\n\n(?P<table>\|.*?\|)\n\n", re.DOTALL)
FIVE = README[README.index("## Five questions") : README.index("## Connect")]

Ranking = list[tuple[str, float]]


def asked(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as dicts."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("place", range(5))
def test_the_readme_shows_what_the_published_file_answers(
    place: int, published: duckdb.DuckDBPyConnection
) -> None:
    found = list(ANSWER.finditer(FIVE))
    assert len(found) == 5
    question = Question("README.md", "", "", found[place]["sql"], None, "")
    assert answered(published, question).endswith(found[place]["table"])


def test_the_scope_line_of_the_readme_and_the_guide_is_computed_from_the_data(
    published: duckdb.DuckDBPyConnection,
) -> None:
    [(scope,)] = published.execute(
        "select scope_text from marts.mart_source_coverage where is_default_scope"
    ).fetchall()
    assert f"{scope}." in FIVE
    guide = (ROOT / "docs" / "analyst.md").read_text(encoding="utf-8")
    assert f"{scope}." in guide


def carriers_of_the_site(published: duckdb.DuckDBPyConnection, page: str) -> Ranking:
    board = read_board(ROOT / "dashboards" / "charts" / page)
    rows = Reader(published).rows(board.queries["carriers"]["sql"])
    return [(row["subject_name"], round(100 * row["event_share"], 1)) for row in rows]


def test_carriers_are_ranked_alike_everywhere(
    published: duckdb.DuckDBPyConnection, metrics: Metrics
) -> None:
    # from the flights themselves: by code, for carriers with at least one flight a day
    expected: Ranking = [
        (name, share)
        for name, share in published.execute(
            """
            select
                (
                    select max_by(carrier_name, valid_from_date) from marts.dim_carriers as carriers
                    where
                        carriers.carrier_code = flights.carrier_code
                        and carriers.valid_from_date <= date '2013-12-31'
                ),
                round(100 * count(*) filter (where is_on_time_arrival) / count(*), 1)
            from marts.fct_flights as flights
            group by carrier_code
            having count(*) >= 365
            order by count(*) filter (where is_on_time_arrival) / count(*) desc
            """
        ).fetchall()
    ]
    assert expected[0] == ("Alaska Airlines Inc.", 84.7)
    assert ("Endeavor Air Inc.", 69.7) in expected
    sql = next(ANSWER.finditer(FIVE))["sql"]
    readme = [(row["carrier"], row["percent_of_scheduled"]) for row in asked(published, sql)]
    guide = [
        (row["carrier"], row["percent_on_time"])
        for row in asked(published, read(QUESTIONS / "mart_default_scope_shares.sql").sql)
    ]
    assert readme == expected
    assert guide == expected
    assert carriers_of_the_site(published, "10_overview.yml") == expected
    assert carriers_of_the_site(published, "20_carriers.yml") == expected

    by_metric = asked(
        published,
        metrics.question(["scheduled_flights", "on_time_arrival_rate"], by=["carrier"]),
    )
    codes = dict(
        published.execute(
            "select subject_code, subject_name from marts.mart_default_scope_shares"
            " where subject_type = 'carrier' and share_name = 'arrived_on_time' and is_ranked"
        ).fetchall()
    )
    assert {
        (codes[row["carrier"]], round(100 * row["on_time_arrival_rate"], 1))
        for row in by_metric
        if row["scheduled_flights"] >= 365
    } == set(expected)


def test_the_worst_routes_are_the_same_in_the_readme_and_on_the_site(
    published: duckdb.DuckDBPyConnection,
) -> None:
    sql = [found["sql"] for found in ANSWER.finditer(FIVE)][2]
    readme = [(row["route"], row["percent_on_time"]) for row in asked(published, sql)]
    board = read_board(ROOT / "dashboards" / "charts" / "40_routes.yml")
    rows = Reader(published).rows(board.queries["worst"]["sql"])
    site = [(row["subject_code"], round(100 * row["event_share"], 1)) for row in rows]
    assert site[: len(readme)] == readme
    assert readme[0] == ("EWR-MEM", 55.0)


@pytest.mark.parametrize(
    ("flights", "on_time", "low", "high"),
    [(342, 298, 0.83169, 0.90275), (10, 10, 0.72246, 1.0), (38, 13, 0.21212, 0.50108)],
)
def test_intervals_are_wilsons(
    published: duckdb.DuckDBPyConnection, flights: int, on_time: int, low: float, high: float
) -> None:
    # the textbook formula, with its own numbers
    z, share = 1.96, on_time / flights
    middle = (share + z * z / (2 * flights)) / (1 + z * z / flights)
    spread = z * (share * (1 - share) / flights + z * z / (4 * flights**2)) ** 0.5
    half = spread / (1 + z * z / flights)
    assert (middle - half, middle + half) == pytest.approx((low, high), abs=1e-4)
    found = published.execute(
        "select share_low, share_high from marts.mart_default_scope_shares"
        " where counted_flights = $1 and event_flights = $2",
        [flights, on_time],
    ).fetchall()
    for row in found:
        assert row == pytest.approx((middle - half, middle + half))
    assert found or flights == 10


def test_every_ranking_uses_the_one_threshold(published: duckdb.DuckDBPyConnection) -> None:
    [(minimum,)] = published.execute(
        "select ranking_minimum_flights from marts.mart_source_coverage where is_default_scope"
    ).fetchall()
    assert minimum == 365
    asked_for = [
        *QUESTIONS.glob("*.sql"),
        *(ROOT / "dashboards" / "charts").glob("*.yml"),
        *(ROOT / "ontime" / "serving" / "superset" / "assets" / "charts").glob("*.yaml"),
    ]
    own = {
        (path.name, number)
        for path in asked_for
        for number in re.findall(
            r"(?:flights|count\(\*\)|scheduled|sum\(\w+\)) >= (\d+)", path.read_text("utf-8")
        )
    }
    # taxi times describe one hour of one month at one airport, and rank no subject of the scope
    assert own == {
        ("mart_airport_hour_month_taxi_times.sql", "100"),
        ("ml_arrival_delay_features.sql", "40"),
    }
