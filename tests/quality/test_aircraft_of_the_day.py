"""The test of the aircraft of the day knows which aircraft can be the first after a flight."""

from __future__ import annotations

import duckdb
import pytest

from tests.commands import Project

TEST = "assert_every_flight_has_the_aircraft_of_its_day"

# As a registry of 2014 has it: the number was given up in 1997, and the snapshot shows another
# aircraft. Its flights of 2013 are after the one and before the other.
GIVEN_UP_BEFORE = (
    "update marts.dim_aircraft set valid_from_date = '2014-01-01' where aircraft_key = $key",
    "update marts.fct_flights set aircraft_match_quality = 'matched_earliest_known' "
    "where aircraft_key = $key",
    "insert into marts.dim_aircraft by name select * replace ('former' as aircraft_key, "
    "date '1980-04-05' as valid_from_date, date '1997-02-28' as valid_to_date) "
    "from marts.dim_aircraft where aircraft_key = $key",
    "insert into intermediate.int_former_registrations by name "
    "select tail_number, valid_from_date, valid_to_date from marts.dim_aircraft "
    "where aircraft_key = 'former'",
)
FAULTS = {
    "still that of the former aircraft": (
        "update marts.dim_aircraft set valid_to_date = '2013-12-31' where aircraft_key = 'former'"
    ),
    "seen in an earlier snapshot": "delete from intermediate.int_former_registrations",
    "known on the day": (
        "update marts.dim_aircraft set valid_from_date = '2013-01-01' where aircraft_key = $key"
    ),
}


def change(project: Project, *statements: str) -> None:
    """Run statements about the aircraft with the most flights."""
    with duckdb.connect(str(project.warehouse_file)) as connection:
        [(key,)] = connection.execute(
            "select aircraft_key from marts.fct_flights where aircraft_key is not null "
            "group by aircraft_key order by count(*) desc, aircraft_key limit 1"
        ).fetchall()
        for statement in statements:
            connection.execute(statement, {"key": key} if "$key" in statement else None)


def passes(project: Project) -> bool:
    """Return whether the test passes; otherwise flights must be what fails it."""
    done = project.dbt("test", "--select", TEST, check=False)
    assert ("configured to fail if != 0" in done.stdout) == (done.returncode == 1), done.stdout
    return done.returncode == 0


def test_an_aircraft_that_follows_one_that_gave_the_number_up_is_the_first_known(
    copy_of_small: Project,
) -> None:
    change(copy_of_small, *GIVEN_UP_BEFORE)
    assert passes(copy_of_small)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_other_aircraft_is(copy_of_small: Project, fault: str) -> None:
    change(copy_of_small, *GIVEN_UP_BEFORE, FAULTS[fault])
    assert not passes(copy_of_small)
