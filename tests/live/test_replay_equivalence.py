"""The year of New York's flights, published as the BTS would, loaded live, month by month.

Everything that both sources report is the same, flight by flight. Months that arrive in any order,
are reissued, or are removed give the same table as a full refresh, and `status` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.commands import Project
from tests.live.bts_year import flights_of, reissued
from tests.live.live_project import LiveProject, publish_month
from tests.live.readers import reading
from tests.publisher.server import serve

JANUARY, FEBRUARY, MARCH, JULY = "2013-01", "2013-02", "2013-03", "2013-07"
NOVEMBER, DECEMBER = "2013-11", "2013-12"
YEAR = [f"2013-{number:02}" for number in range(1, 13)]
SMALL_YEAR = 10_796
INCREMENTAL = ("fct_flights", "fct_diversion_landings")


@pytest.fixture
def live_small(small: Project, tmp_path: Path) -> Iterator[LiveProject]:
    """Yield a project that holds the small year, and publishers that offer it."""
    with offered(small, tmp_path) as live:
        yield live


@pytest.fixture
def live(built: Project, tmp_path: Path) -> Iterator[LiveProject]:
    """Yield a project that holds the embedded data, and publishers that offer months of it."""
    with offered(built, tmp_path, (MARCH, NOVEMBER)) as live:
        yield live


@contextmanager
def offered(project: Project, folder: Path, months: Sequence[str] = YEAR) -> Iterator[LiveProject]:
    """Yield a copy of a project, and publishers that offer its flights."""
    with serve() as server:
        for month in months:
            publish_month(server, month, flights_of(project, month))
        yield LiveProject(project.copy(folder).folder, server)


def build_and_compare(live: LiveProject, folder: Path) -> dict[str, str]:
    """Build what changed; return its hashes, which must equal those of a full refresh."""
    live.build_without_tests("--select", *(f"+{name}" for name in INCREMENTAL))
    incremental = live.hashes()
    copied = LiveProject(live.copy(folder).folder, live.server)
    copied.dbt("run", "--full-refresh", "--select", *INCREMENTAL)
    refreshed = copied.hashes()
    assert {name: refreshed[name] for name in INCREMENTAL} == {
        name: incremental[name] for name in INCREMENTAL
    }
    return incremental


def status_of(live: LiveProject) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """Return rows and publisher status for each month of flights, and the other lines."""
    printed = [" ".join(line.split()) for line in live.command("status").stdout.splitlines()]
    months = {}
    for line in printed:
        if found := re.fullmatch(r"(2013-\d\d) ([\d,]+) 0 \S+ \S+ (.+)", line):
            months[found[1]] = (int(found[2].replace(",", "")), found[3])
    return months, [line for line in printed if line.startswith(("Gaps", "Pending", "Nothing"))]


def test_any_order_of_loading_gives_the_full_refresh(
    small: Project, live_small: LiveProject, tmp_path: Path
) -> None:
    live = live_small
    months = {month: flights_of(small, month) for month in YEAR}
    sizes = {month: len(rows) for month, rows in months.items()}
    unbuilt = "Pending: What is loaded is not built and published: run `make build`."

    # July first, then older months and one that is removed again
    live.load("bts", "--months", JULY)
    live.load("bts", "--months", f"{FEBRUARY},{NOVEMBER}")
    first = build_and_compare(live, tmp_path / "first")
    assert first["fct_flights"] != small.hashes()["fct_flights"]
    held, pending = status_of(live)
    assert held == {month: (sizes[month], "unchanged") for month in (FEBRUARY, JULY, NOVEMBER)}
    assert pending[0] == "Gaps between the months of flights: 2013-03..2013-06, 2013-08..2013-10"
    assert pending[1:] == [
        "Pending: Flights were published of 2013-12: run `make refresh`.",
        unbuilt,
    ]

    # two months are reissued, and the daily job sees this, and that December was published
    changed = {month: reissued(months[month]) for month in (FEBRUARY, JULY)}
    for month, rows in changed.items():
        publish_month(live.server, month, rows)
    assert status_of(live)[1][1:3] == [
        f"Pending: {month} was issued again: run `make refresh`." for month in changed
    ]
    live.command("refresh")
    sizes |= {month: len(rows) for month, rows in changed.items()}
    held, _ = status_of(live)
    assert held == {
        month: (sizes[month], "unchanged") for month in (FEBRUARY, JULY, NOVEMBER, DECEMBER)
    }
    second = build_and_compare(live, tmp_path / "second")
    assert second["fct_flights"] != first["fct_flights"]

    # a month is removed, and two more are loaded, the later one first
    live.command("remove", "bts", NOVEMBER)
    live.load("bts", "--months", f"{MARCH},{JANUARY}")
    third = build_and_compare(live, tmp_path / "third")
    assert third["fct_flights"] != second["fct_flights"]
    held, pending = status_of(live)
    final = (JANUARY, FEBRUARY, MARCH, JULY, DECEMBER)
    assert held == {month: (sizes[month], "unchanged") for month in final}
    assert pending[0] == "Gaps between the months of flights: 2013-04..2013-06, 2013-08..2013-11"

    # the same final files in calendar order, with nothing to undo
    ordered = LiveProject(tmp_path / "ordered", live.server)
    ordered.load("bts", "--months", ",".join(final))
    assert ordered.raw() == live.raw()


# the flights that both sources have, and those of them on which they disagree
COMPARED = """
    select
        count(*),
        count(*) filter (
            bts.flight_id is null
            or nyc.flight_id is null
            or bts.carrier_key is distinct from nyc.carrier_key
            or bts.aircraft_key is distinct from nyc.aircraft_key
            or bts.is_completed is distinct from nyc.is_completed
            or bts.is_diverted is distinct from nyc.is_diverted
            or bts.is_cancelled is distinct from (nyc.is_never_departed or nyc.is_unresolved)
            -- written as cancelled, and a cancelled flight has no punctual departure
            or not nyc.is_unresolved
            and bts.is_on_time_departure is distinct from nyc.is_on_time_departure
            or bts.is_on_time_arrival is distinct from nyc.is_on_time_arrival
            or bts.departure_delay_minutes is distinct from nyc.departure_delay_minutes
            or bts.arrival_delay_minutes is distinct from nyc.arrival_delay_minutes
            or bts.air_time_minutes is distinct from nyc.air_time_minutes
            or bts.distance_miles is distinct from nyc.distance_miles
            or bts.scheduled_departure_at_utc is distinct from nyc.scheduled_departure_at_utc
            or bts.scheduled_arrival_at_utc is distinct from nyc.scheduled_arrival_at_utc
            or bts.departure_at_utc is distinct from nyc.departure_at_utc
            or nyc.is_completed and bts.arrival_at_utc is distinct from nyc.arrival_at_utc
            or bts.known_weather_observation_id is distinct from nyc.known_weather_observation_id
        )
    from marts.fct_flights as bts
    full join embedded.marts.fct_flights as nyc using (flight_id)
    where month(coalesce(bts.flight_month, nyc.flight_month)) in (select unnest(?))
"""


def compared(file: Path, embedded: Path, months: Sequence[int]) -> tuple[int, int]:
    """Return how many flights of months are in either file, and how many differ."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(f"attach '{embedded}' as embedded (read_only)")
        [(flights, different)] = connection.execute(COMPARED, [list(months)]).fetchall()
    return flights, different


def test_both_sources_agree_on_what_both_can_say(
    small: Project, live_small: LiveProject, tmp_path: Path
) -> None:
    """The BTS reports the year that both sources cover, and agrees on every flight.

    The daily job loads its last month, passes every test, and publishes, while somebody reads;
    then it has nothing to do.
    """
    live = live_small
    before = live.publication_name
    live.load("bts", "--months", "2013-01..2013-11")
    with reading(live.published_file, tmp_path / "stop") as seen:
        done = live.run("make", "refresh")
    assert "bts.on_time 2013-12" in done.stdout
    assert "published: " in done.stdout
    assert seen["opened"] > 3
    assert seen["held"] == before
    assert seen["names"] == [before, live.publication_name]
    done = live.run("make", "refresh")
    assert "Nothing has changed since the last publication." in done.stdout
    flights = "select count(*), count(*) filter (source_system = 'bts') from marts.fct_flights"
    assert live.query(flights) == [(SMALL_YEAR, SMALL_YEAR)]
    assert live.query(
        "select set_aside_reason, count(*) from intermediate.int_flights_set_aside group by 1"
    ) == [("superseded_by_bts", SMALL_YEAR)]
    assert compared(live.published_file, small.published_file, range(1, 13)) == (SMALL_YEAR, 0)


def test_both_sources_agree_on_every_carrier_in_the_months_in_which_clocks_change(
    built: Project, live: LiveProject
) -> None:
    live.load("bts", "--months", f"{MARCH},{NOVEMBER}")
    live.build_without_tests("--select", "+fct_flights")
    [(flights,)] = live.query("select count(*) from marts.fct_flights where source_system = 'bts'")
    assert flights == 28_834 + 27_268
    assert compared(live.warehouse_file, built.warehouse_file, (3, 11)) == (flights, 0)
