"""`make explain` and the lineage page, used as a user does."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ontime.catalog.lineage.explain import explain, place, unit_of
from ontime.catalog.lineage.names import find
from ontime.catalog.lineage.origins import origins
from ontime.catalog.lineage.page import write
from ontime.catalog.lineage.project import LineageError
from ontime.catalog.lineage.project import Project as Lineage
from tests.commands import ROOT, Project

pytestmark = pytest.mark.whole

REFUSED = {
    "fct_flight.carrier_key": "There is no table fct_flight: the nearest are fct_flights",
    "fct_flights.arival_delay_minutes": "fct_flights has no column arival_delay_minutes: the "
    "nearest are arrival_delay_minutes",
    "arrival_delay_minutes": "arrival_delay_minutes is a column: say of which table, as in "
    "fct_flights.arrival_delay_minutes",
    "nowhere.to_be_found": "There is no table nowhere",
    "  ": "Say which column",
}

# several names for one thing
NAMES = {
    "model.ontime.fct_flights.v1": ["fct_flights", "marts.fct_flights", "fct_flights.v1"],
    "source.ontime.bts.on_time": ["bts.on_time", "raw_bts.on_time"],
    "seed.ontime.flight_states": ["flight_states", "seeds.flight_states", "FLIGHT_STATES"],
}


def test_a_column_is_explained_by_its_meaning_origin_sql_tests_and_readers(
    lineage: Lineage,
) -> None:
    said = explain(lineage, "fct_flights.arrival_delay_minutes", root=ROOT)
    first = said.splitlines()[0]
    assert first == "fct_flights.arrival_delay_minutes  (integer, minutes, may be null)"
    for part in (
        "a null delay is not zero",
        "raw nycflights13.flights: arr_delay",
        "raw bts.on_time: actual_elapsed_time, arr_delay, arr_time, cancelled, crs_arr_time",
        "cast(cast(arr_delay as double) as integer) as arrival_delay_minutes",
        "dbt_project/models/staging/nycflights13/stg_nycflights13__flights.sql:",
        "dbt_project/tests/marts/core/assert_delays_are_the_minutes_between_instants.sql",
        "column mart_carrier_month_punctuality: ",
        "exposure published_file: Published marts (maintainers of the repository)",
        "exposure data_release: ",
        "pages: README.md, dashboards/charts/70_the_tail.yml, docs/analyst.md",
    ):
        assert part in said, part
    assert "NOT FOLLOWED" not in said
    assert max(map(len, said.splitlines())) < 160


def test_a_key_is_explained_with_its_generic_tests(lineage: Lineage) -> None:
    said = explain(lineage, "fct_flights.carrier_key", root=ROOT)
    assert re.search(r"^  relationships to dim_carriers\.carrier_key", said, re.MULTILINE)
    said = explain(lineage, "dim_carriers.carrier_key", root=ROOT)
    assert re.search(r"^  unique$", said, re.MULTILINE)
    assert "never null" in said.splitlines()[0]


def test_a_column_is_explained_with_the_metrics_that_read_it(lineage: Lineage) -> None:
    said = explain(lineage, "fct_flights.is_on_time_arrival", root=ROOT)
    metrics = re.search(r"^  metrics: (.*(?:\n    .*)*)", said, re.MULTILINE)
    assert metrics
    assert "on_time_arrival_rate" in metrics[1]
    assert "exposure metrics: Metrics" in said


def test_what_a_macro_writes_is_shown_with_the_macro(lineage: Lineage) -> None:
    asked = "mart_carrier_month_punctuality.arrivals_15_minutes_late_or_more"
    said = explain(lineage, asked, root=ROOT)
    assert "count(*) filter (where is_completed and (arrival_delay_minutes >= 15))" in said
    assert "written by punctuality_measures (dbt_project/macros/punctuality_measures.sql)" in said


def test_the_reported_line_names_the_column(lineage: Lineage) -> None:
    origin = 0
    for unique_id in lineage.steps:
        for name in lineage.node(unique_id)["columns"]:
            found = re.fullmatch(r"(\S+):(\d+)", place(lineage, (unique_id, name), ROOT))
            if found:
                lines = (ROOT / found[1]).read_text(encoding="utf-8").splitlines()
                assert re.search(rf"\b{name}\b", lines[int(found[2]) - 1]), (unique_id, name)
                origin += 1
    assert origin > 1000


def test_long_sql_is_cut_unless_all_of_it_is_asked_for(lineage: Lineage) -> None:
    asked = "int_flights_timed.scheduled_departure_at_utc"
    short, whole = (
        explain(lineage, asked, root=ROOT),
        explain(lineage, asked, whole=True, root=ROOT),
    )
    assert "more lines: WHOLE=1 shows them" in short
    assert "more lines" not in whole
    assert whole.count("at time zone") > short.count("at time zone")


def test_what_could_not_be_followed_is_said(lineage: Lineage) -> None:
    unique_id = "model.ontime.int_flights_classified"
    broken = Lineage(lineage.manifest, {**lineage.steps, unique_id: {}})
    said = explain(broken, "fct_flights.arrival_delay_minutes", root=ROOT)
    assert "NOT FOLLOWED: int_flights_classified.arrival_delay_minutes" in said
    assert "raw " not in said
    origin = origins(broken)["fct_flights", "arrival_delay_minutes"]
    assert origin.source == "not followed"


def test_a_table_alone_lists_its_columns_and_what_they_are_made_of_first(lineage: Lineage) -> None:
    said = explain(lineage, "mart_carrier_month_punctuality", root=ROOT)
    assert "Reads fct_flights" in said
    assert re.search(r"^  scheduled_flights +integer +rows of fct_flights$", said, re.MULTILINE)
    assert re.search(
        r"^  on_time_arrivals +integer +fct_flights\.is_on_time_arr", said, re.MULTILINE
    )


def test_everything_has_something_to_be_said(lineage: Lineage) -> None:
    for unique_id in dict.fromkeys(lineage.relations.values()):
        title = lineage.title(unique_id)
        assert explain(lineage, title, root=ROOT)
        for name in list(lineage.node(unique_id)["columns"])[:2]:
            assert explain(lineage, f"{title}.{name}", root=ROOT)


@pytest.mark.parametrize("unique_id", NAMES)
def test_a_relation_goes_by_each_of_its_names(lineage: Lineage, unique_id: str) -> None:
    assert {find(lineage, name) for name in NAMES[unique_id]} == {(unique_id, None)}


@pytest.mark.parametrize("asked", REFUSED)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(lineage: Lineage, asked: str) -> None:
    with pytest.raises(LineageError, match=re.escape(REFUSED[asked])):
        explain(lineage, asked, root=ROOT)


def test_the_unit_is_that_of_the_published_catalogue(
    lineage: Lineage, published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.execute("select column_name, unit from catalogue.columns").fetchall()
    assert rows
    assert {(name, unit_of(lineage.manifest, name)) for name, _ in rows} == set(rows)


def test_the_command_neither_needs_a_warehouse_nor_makes_one(
    lineage: Lineage, tmp_path: Path
) -> None:
    nowhere = tmp_path / "data"
    done = asked_for("fct_flights.carrier_key", ONTIME_DATA_DIR=str(nowhere))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("fct_flights.carrier_key  (varchar, never null)")
    assert not nowhere.exists()


def test_the_command_refuses_in_one_sentence(lineage: Lineage) -> None:
    done = asked_for("fct_flight.carrier_key")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "the nearest are fct_flights" in done.stderr


def test_a_project_that_does_not_compile_is_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: [\n")
    done = asked_for("fct_flights", cwd=tmp_path)
    assert done.returncode == 1
    assert "dbt cannot compile the project" in done.stderr
    assert "Traceback" not in done.stderr


def asked_for(column: str, cwd: Path = ROOT, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the command as `make explain` does."""
    environment = Project(cwd).environment({"ONTIME_COLUMN": column, **extra})
    # the existing compiled models are good enough here
    environment.pop("DBT_TARGET_PATH")
    return subprocess.run(
        [sys.executable, "-m", "ontime", "explain"],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_page_asks_nothing_of_the_network_and_knows_the_lineage(
    lineage: Lineage, tmp_path: Path
) -> None:
    text = write(lineage, tmp_path / "made" / "here").read_text(encoding="utf-8")
    head = text[: text.index("</head>")]
    assert "connect-src 'none'" in head
    assert head.index("Content-Security-Policy") < head.index("<script")
    assert "window.colibriTelemetry = false" in text
    assert not re.search(r"<(?:script|link|img|iframe)\b[^<>]{0,300}(?:src|href)=\"https?:", text)
    found = re.search(r"window\.colibriData = JSON\.parse\(atob\(\"([^\"]+)\"", text)
    assert found
    data = json.loads(base64.b64decode(found[1]))
    assert {
        (edge["source"], edge["sourceColumn"])
        for edge in data["lineage"]["edges"]
        if (edge["target"], edge["targetColumn"])
        == ("model.ontime.int_flights_unioned", "distance_miles")
    } == {
        ("model.ontime.int_bts_flights", "distance_miles"),
        ("model.ontime.stg_nycflights13__flights", "distance_miles"),
    }
