"""The report cards show what the flights themselves say."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import duckdb
import pytest

from ontime.site.cards import cube
from ontime.site.cards.subjects import ROUTE_LIMIT, Subject, links, subjects
from ontime.site.reader import Reader

# the rule is written out here, so that no flag of the marts is trusted
ARRIVED = "flight_state = 'completed' and arrival_delay_minutes < 15"
LEFT = "has_departed and departure_delay_minutes < 15"
CARDS = {
    "airport/EWR.html": ("origin_airport", "origin_airport_code = 'EWR'", LEFT),
    "airport/LAX.html": ("destination_airport", "destination_airport_code = 'LAX'", ARRIVED),
    "carrier/UA.html": ("carrier", "carrier_code = 'UA'", ARRIVED),
    "route/EWR-DCA.html": (
        "route",
        "origin_airport_code = 'EWR' and destination_airport_code = 'DCA'",
        ARRIVED,
    ),
}


def table(html: str, chart: str) -> list[tuple[str, ...]]:
    """Return the cells of a table of a page."""
    found = re.findall(rf'<table data-chart="{chart}">.*?</table>', html, re.DOTALL)
    assert len(found) == 1, chart
    return [
        tuple(unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td.*?</td>", row))
        for row in re.findall(r"<tr>(.*?)</tr>", found[0].partition("<tbody>")[2])
    ]


def percent(value: float) -> str:
    """Return a share as pages write it."""
    return f"{value:.1%}"


@pytest.fixture(params=CARDS)
def card(request: pytest.FixtureRequest, site: Path) -> tuple[str, str, str, str]:
    """Return a card: its page, its type, the flights that it is about, and what on time means."""
    kind, flights, on_time = CARDS[request.param]
    return (site / request.param).read_text("utf-8"), kind, flights, on_time


def test_the_four_numbers_of_a_card_are_counted_from_the_flights(
    card: tuple[str, str, str, str], published: duckdb.DuckDBPyConnection
) -> None:
    html, kind, flights, on_time = card
    expected = published.execute(
        f"""
        select
            count(*) filter ({on_time}) / count(*),
            count(*) filter (flight_state = 'completed' and arrival_delay_minutes >= 60)
            / count(*) filter (flight_state = 'completed'),
            count(*) filter (flight_state in ('cancelled', 'never_departed')) / count(*),
            count(*)
        from marts.fct_flights where {flights}
        """
    ).fetchall()[0]
    shown = dict(re.findall(rf'<dd data-chart="{kind}_(\w+)">([^<]*)</dd>', html))
    assert shown == {
        "on_time": percent(expected[0]),
        "hour_late": percent(expected[1]),
        "never_flown": percent(expected[2]),
        "flights": f"{expected[3]:,}",
    }


@pytest.mark.parametrize(
    ("chart", "label", "group"),
    [
        ("trend", "strftime(flight_month, '%B %Y')", "flight_month"),
        ("hours", "format('{:02d}:00', scheduled_departure_hour)", "scheduled_departure_hour"),
    ],
)
def test_every_number_beneath_a_chart_of_a_card_is_counted_from_the_flights(
    card: tuple[str, str, str, str],
    published: duckdb.DuckDBPyConnection,
    chart: str,
    label: str,
    group: str,
) -> None:
    html, kind, flights, on_time = card
    expected = published.execute(
        f"""
        select {label}, count(*), count(*) filter ({on_time}) / count(*)
        from marts.fct_flights where {flights} group by {group} order by {group}
        """
    ).fetchall()
    shown = table(html, f"{kind}_{chart}")
    assert [row[:3] for row in shown] == [
        (name, f"{count:,}", percent(share)) for name, count, share in expected
    ]
    assert len(shown) > 1
    if chart == "trend":
        network = published.execute(
            f"select count(*) filter ({on_time}) / count(*) from marts.fct_flights "
            "group by flight_month order by flight_month"
        ).fetchall()
        assert [row[5] for row in shown] == [percent(share) for (share,) in network]


def test_the_tail_and_the_weather_of_a_card_are_counted_from_the_flights(
    card: tuple[str, str, str, str], published: duckdb.DuckDBPyConnection
) -> None:
    html, kind, flights, on_time = card
    arrived = f"from marts.fct_flights where {flights} and flight_state = 'completed'"
    expected = []
    for minutes in (30, 60, 120, 180):
        late, share = published.execute(
            f"select count(*) filter (arrival_delay_minutes >= {minutes}), "
            f"count(*) filter (arrival_delay_minutes >= {minutes}) / count(*) {arrived}"
        ).fetchall()[0]
        expected.append((f"{minutes} minutes or more", f"{late:,}", percent(share)))
    assert table(html, f"{kind}_tail") == expected

    dry, share = published.execute(
        f"select count(*), count(*) filter ({on_time}) / count(*) from marts.fct_flights "
        f"where {flights} and hour_weather_precipitation_inches < 0.01"
    ).fetchall()[0]
    weather = table(html, f"{kind}_weather")
    assert weather[0][:3] == ("precipitation: no precipitation", f"{dry:,}", percent(share))
    observed = published.execute(
        f"select count(hour_weather_visibility_miles) from marts.fct_flights where {flights}"
    ).fetchall()[0][0]
    counts = [int(row[1].replace(",", "")) for row in weather if row[0].startswith("visibility")]
    assert sum(counts) == observed


def test_the_rank_of_a_card_is_that_of_the_pages_of_charts(
    site: Path, published: duckdb.DuckDBPyConnection
) -> None:
    ranked = published.execute(
        "select subject_code from marts.mart_default_scope_shares where subject_type = 'carrier' "
        "and share_name = 'arrived_on_time' and is_ranked order by event_share desc"
    ).fetchall()
    for place, (code,) in enumerate(ranked, start=1):
        html = (site / "carrier" / f"{code}.html").read_text("utf-8")
        assert f"Rank {place} of {len(ranked)} carriers." in html, code
    assert "too few to be ranked" in (site / "carrier" / "OO.html").read_text("utf-8")


def test_the_intervals_of_cards_are_those_of_the_marts(reader: Reader) -> None:
    cube.make(reader)
    differences = reader.rows(
        """
        select
            count(*) as compared,
            max(abs(share_low - share_low(event_flights, counted_flights))) as low,
            max(abs(share_high - share_high(event_flights, counted_flights))) as high
        from mart_default_scope_shares
        where counted_flights > 0
        """
    )[0]
    assert differences["compared"] > 1000
    assert differences["low"] < 1e-12
    assert differences["high"] < 1e-12


def test_every_airport_carrier_and_route_of_the_scope_has_a_card(
    site: Path, published: duckdb.DuckDBPyConnection
) -> None:
    for kind, codes in {
        "airport": "unnest([origin_airport_code, destination_airport_code])",
        "carrier": "carrier_code",
        "route": "origin_airport_code || '-' || destination_airport_code",
    }.items():
        expected = {
            f"{code}.html"
            for (code,) in published.execute(
                f"select distinct {codes} from marts.fct_flights"
            ).fetchall()
        }
        assert {path.name for path in (site / kind).iterdir()} == expected, kind


def test_names_in_the_tables_of_pages_lead_to_cards(site: Path) -> None:
    carriers = (site / "dashboards" / "carriers.html").read_text("utf-8")
    assert '<a href="../carrier/UA.html">United Air Lines Inc.</a>' in carriers
    airports = (site / "dashboards" / "airports.html").read_text("utf-8")
    assert '<a href="../airport/SJU.html">San Juan (SJU)</a>' in airports
    assert '<a href="../route/EWR-DCA.html">' in (site / "airport" / "EWR.html").read_text("utf-8")


def a_route(place: int) -> tuple[tuple[str, str], dict[str, object]]:
    """Return the summary of a made-up route; the first has the fewest flights."""
    return ("route", f"R{place}"), {"subject_name": f"Route {place}", "scheduled_flights": place}


def test_of_many_routes_the_largest_get_a_card() -> None:
    found = subjects(dict(map(a_route, range(ROUTE_LIMIT + 5))))
    assert len(found) == ROUTE_LIMIT
    assert found[0].code == f"R{ROUTE_LIMIT + 4}"
    assert min(subject.scheduled_flights for subject in found) == 5


def test_a_code_with_unusual_letters_has_a_plain_address_and_a_shared_name_none() -> None:
    first = Subject("carrier", "ML (1)", "Midway", 1, ("carrier",))
    second = Subject("carrier", "JI", "Midway", 1, ("carrier",))
    assert first.address == "carrier/ML__1_.html"
    assert links([first], "../") == {"Midway": "../carrier/ML__1_.html"}
    assert links([first, second], "../") == {}
