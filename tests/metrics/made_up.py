"""A published file with made-up values for everything that the embedded data do not report.

The embedded flights have no causes of delay, no taxi times and no reported cancellations, so that
any metric of these would agree. Here they have them, and the subject tables are recomputed.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb

from tests.commands import Project

COMPILED = Path("target/compiled/ontime/dbt_project/models")
COMPUTED_ANEW = ("causes", "operations", "punctuality")

# numbers that differ from flight to flight and are the same in every run
_MAKE_UP = """
update marts.fct_flights
set
    carrier_delay_minutes = arrival_delay_minutes // 2,
    weather_delay_minutes = arrival_delay_minutes // 7,
    national_air_system_delay_minutes = arrival_delay_minutes // 11,
    security_delay_minutes = 1,
    late_aircraft_delay_minutes = arrival_delay_minutes - arrival_delay_minutes // 2
        - arrival_delay_minutes // 7 - arrival_delay_minutes // 11 - 1
where arrival_delay_minutes >= 15;

update marts.fct_flights
set
    taxi_out_minutes = 10 + distance_miles % 17,
    taxi_in_minutes = case when is_completed then 3 + distance_miles % 5 end,
    wheels_on_at_local = case when is_completed then arrival_at_local - interval 5 minute end
where has_departed;

-- of those that never departed, most are reported as cancelled, some after they had left the gate
update marts.fct_flights
set
    flight_state = 'cancelled',
    is_cancelled = true,
    is_never_departed = false,
    cancellation_code = 'A',
    departure_delay_minutes = case when distance_miles % 2 = 0 then 40 end
where is_never_departed and distance_miles % 3 > 0;
"""


def make_up(built: Project, folder: Path) -> None:
    """Write the file into a folder, as `made_up.duckdb`."""
    file = folder / "made_up.duckdb"
    shutil.copyfile(built.published_file, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(_MAKE_UP)
        connection.execute("create schema intermediate")
        for model in sorted((built.folder / COMPILED / "marts").glob("*/mart_*.sql")):
            if model.parent.name not in COMPUTED_ANEW:
                continue
            select = _compiled(model)
            # the counts by month that a mart adds up
            for name in sorted(set(re.findall(r'"intermediate"."(\w+)"', select))):
                [counts] = (built.folder / COMPILED / "intermediate").glob(f"*/{name}.sql")
                connection.execute(
                    f"create or replace table intermediate.{name} as {_compiled(counts)}"
                )
            connection.execute(f"delete from marts.{model.stem}")
            connection.execute(f"insert into marts.{model.stem} by name {select}")


def _compiled(model: Path) -> str:
    return model.read_text(encoding="utf-8").replace('"ontime".', "")
