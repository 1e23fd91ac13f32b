"""A real Superset on the published file, on loopback, tested through its REST API."""

from __future__ import annotations

import re
import shutil
import stat
import threading
from collections.abc import Iterator

import duckdb
import pytest
import requests

from ontime.publishing.placement import make_draft, put_in_place, roll_back
from ontime.serving.superset.catalogue import without_links
from tests.commands import Project
from tests.superset.server import Superset, running

CHARTS = 9


@pytest.fixture(scope="module")
def project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return these tests' own project, with a copy of the publication in place."""
    project = Project(tmp_path_factory.mktemp("superset"))
    return built.copy(project.folder)


@pytest.fixture(scope="module")
def superset(project: Project) -> Iterator[Superset]:
    """Yield a Superset on that publication, and end it as Ctrl-C does."""
    with running(project) as started:
        yield started
    assert started.process.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(started.address, timeout=5)


@pytest.fixture
def marts(project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        yield connection


def test_the_connection_is_read_only_and_works(superset: Superset, project: Project) -> None:
    details = superset.get(f"database/{superset.database}/connection")["result"]
    assert details["sqlalchemy_uri"] == f"duckdb:///{project.published_file.absolute()}"
    assert '"read_only": true' in details["extra"]
    assert '"enable_external_access": "false"' in details["extra"]
    assert not details["allow_dml"]
    tested = superset.ask(
        "POST",
        "database/test_connection/",
        json={key: details[key] for key in ("sqlalchemy_uri", "extra", "database_name")},
    )
    assert tested.ok, tested.text


def test_each_mart_is_a_dataset_that_explains_its_columns(
    superset: Superset, marts: duckdb.DuckDBPyConnection
) -> None:
    # Superset opens the file alone
    in_file = "select table_name, description from catalogue.tables where parquet_files is null"
    tables = dict(marts.execute(in_file).fetchall())
    listed = superset.get("dataset/?q=(page_size:100)")["result"]
    assert {each["table_name"] for each in listed} == {*tables, "flights"}
    for each in listed:
        if each["table_name"] == "flights":
            continue
        dataset = superset.get(f"dataset/{each['id']}")["result"]
        assert dataset["description"] == without_links(tables[each["table_name"]]).strip()
        shown = {column["column_name"]: column for column in dataset["columns"]}
        described = marts.execute(
            "select column_name, description, unit from catalogue.columns where table_name = $1",
            [each["table_name"]],
        ).fetchall()
        assert len(described) == len(shown)
        for name, description, unit in described:
            text = shown[name]["description"]
            assert text.startswith(" ".join(without_links(description).split()))
            assert unit is None or unit in text
            assert shown[name]["verbose_name"]


def test_a_dataset_has_its_time_and_its_units(superset: Superset) -> None:
    flights = superset.dataset("fct_flights")
    labels = {column["column_name"]: column["verbose_name"] for column in flights["columns"]}
    assert flights["main_dttm_col"] == "flight_date"
    assert labels["arrival_delay_minutes"] == "Arrival delay (minutes)"
    assert labels["distance_miles"] == "Distance (statute miles)"
    assert labels["departure_at_utc"] == "Departure (UTC)"
    assert superset.dataset("dim_carriers")["main_dttm_col"] is None


def test_metrics_give_what_plain_sql_gives(
    superset: Superset, marts: duckdb.DuckDBPyConnection
) -> None:
    metrics = [
        "scheduled_flights",
        "on_time_arrival_rate",
        "on_time_arrival_rate_of_completed",
        "not_operated_rate",
        "average_arrival_delay_minutes",
        "arrival_delay_minutes_p95",
        "scheduled_departures_per_day",
    ]
    expected = marts.execute(
        """
        select
            (select max(carrier_name) from marts.dim_carriers where carrier_key = f.carrier_key),
            count(*),
            count(*) filter (where is_on_time_arrival) / count(*),
            count(*) filter (where is_on_time_arrival) / count(*) filter (where is_completed),
            count(*) filter (where is_never_departed or is_cancelled) / count(*),
            avg(arrival_delay_minutes) filter (where is_completed),
            quantile_cont(arrival_delay_minutes, 0.95) filter (where is_completed),
            count(*) / count(distinct flight_date)
        from marts.fct_flights as f
        group by carrier_key
        """
    ).fetchall()
    found = {
        row["carrier_name"]: [row[metric] for metric in metrics]
        for row in superset.rows("flights", metrics, ["carrier_name"])
    }
    assert len(found) == len(expected) == 17
    for carrier, *numbers in expected:
        assert found[carrier] == pytest.approx(numbers)


def test_every_metric_can_be_asked_of_both_tables_of_flights(superset: Superset) -> None:
    answers = []
    for dataset in ("fct_flights", "flights"):
        metrics = [metric["metric_name"] for metric in superset.dataset(dataset)["metrics"]]
        assert len(metrics) > 40
        [row] = superset.rows(dataset, metrics, [])
        assert row["count"] == row["scheduled_flights"] == 336_776
        answers.append(row)
    assert answers[0] == pytest.approx(answers[1])


def test_the_dashboard_has_its_charts_and_its_datasets(superset: Superset) -> None:
    charts = superset.get("dashboard/punctuality/charts")["result"]
    assert len(charts) == CHARTS
    datasets = superset.get("dashboard/punctuality/datasets")["result"]
    assert [dataset["table_name"] for dataset in datasets] == ["flights"]


def test_sql_lab_reads_the_marts(superset: Superset) -> None:
    answer = superset.sql("select count(*) as flights from marts.fct_flights")
    assert answer.ok, answer.text
    assert answer.json()["data"] == [{"flights": 336_776}]


WRITES = [
    "create table marts.mine (number integer)",
    "delete from marts.dim_dates",
]
LOOKS_ELSEWHERE = [
    "select * from read_csv('/etc/hosts')",
    "select * from read_text('/etc/hosts')",
    "attach '/tmp/other.duckdb' as other",
    "copy (select 1) to '/tmp/stolen.csv'",
    "set enable_external_access = true",
]


@pytest.mark.parametrize("statement", WRITES + LOOKS_ELSEWHERE)
def test_sql_lab_refuses_to_write_and_to_read_other_files(
    superset: Superset, statement: str
) -> None:
    answer = superset.sql(statement)
    assert not answer.ok, answer.text
    assert re.search(r"mutat|DML|disabled|locked", answer.text), answer.text


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        *((statement, "attached in read-only mode") for statement in WRITES),
        *((statement, "disabled by configuration|been locked") for statement in LOOKS_ELSEWHERE),
    ],
)
def test_duckdb_refuses_even_if_the_connection_was_loosened(
    loosened: Superset, statement: str, refusal: str
) -> None:
    answer = loosened.sql(statement)
    assert not answer.ok, answer.text
    assert re.search(refusal, answer.text), answer.text


@pytest.fixture
def loosened(superset: Superset) -> Iterator[Superset]:
    """Yield a Superset whose connection has all its settings removed by hand, during one test."""
    address = f"database/{superset.database}"
    before = superset.get(f"{address}/connection")["result"]

    def change(**settings: object) -> None:
        changed = superset.ask("PUT", address, json=settings)
        assert changed.ok, changed.text

    change(allow_dml=True, extra="{}")
    yield superset
    change(allow_dml=before["allow_dml"], extra=before["extra"])


def test_importing_again_puts_back_and_doubles_nothing(
    superset: Superset, project: Project
) -> None:
    kinds = ("database", "dataset", "chart", "dashboard")
    before = {kind: superset.get(f"{kind}/")["count"] for kind in kinds}
    chart = next(
        each
        for each in superset.get("chart/")["result"]
        if each["slice_name"] == "On-time arrivals by carrier"
    )
    renamed = superset.ask("PUT", f"chart/{chart['id']}", json={"slice_name": "Mine"})
    assert renamed.ok, renamed.text
    _import(superset, project)
    assert superset.get(f"chart/{chart['id']}")["result"]["slice_name"] == chart["slice_name"]
    assert {kind: superset.get(f"{kind}/")["count"] for kind in kinds} == before
    assert before["dashboard"] == before["database"] == 1
    assert before["chart"] == CHARTS


def test_a_new_publication_is_seen_at_once_and_waits_for_nobody(
    superset: Superset, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(project.folder / "data"))
    dataset = superset.dataset("flights")["id"]
    seen: list[int] = []
    ended = threading.Event()

    def ask_on() -> None:
        while not ended.is_set():
            seen.append(_on_time_arrivals(superset, dataset))

    before = _on_time_arrivals(superset, dataset)
    asking = [threading.Thread(target=ask_on) for _ in range(3)]
    for each in asking:
        each.start()
    try:
        _publish_without_july(project)
        after = _on_time_arrivals(superset, dataset)
    finally:
        ended.set()
        for each in asking:
            each.join()
    with duckdb.connect(str(project.published_file), read_only=True) as connection:
        expected = connection.execute(
            "select count(*) from marts.fct_flights where is_on_time_arrival"
        ).fetchall()
    assert [(after,)] == expected
    assert after < before
    assert set(seen) <= {before, after}
    roll_back()
    assert _on_time_arrivals(superset, dataset) == before


def test_nothing_is_to_be_fetched_from_elsewhere(superset: Superset) -> None:
    page = requests.get(f"{superset.address}/login/", timeout=60)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert not re.search(r"https?:|\w\.\w", policy)


def test_who_is_not_logged_in_sees_nothing(superset: Superset) -> None:
    stranger = requests.Session()
    assert stranger.get(f"{superset.address}/api/v1/dataset/", timeout=60).status_code == 401
    page = stranger.get(f"{superset.address}/superset/dashboard/punctuality/", timeout=60)
    assert "/login/" in page.url


def test_secrets_are_nobody_elses(superset: Superset, project: Project) -> None:
    folder = project.folder / "data" / "superset"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def _on_time_arrivals(superset: Superset, dataset: int) -> int:
    answer = superset.ask(
        "POST",
        "chart/data",
        json={
            "datasource": {"id": dataset, "type": "table"},
            "queries": [{"columns": [], "metrics": ["on_time_arrivals"]}],
            "result_format": "json",
            "result_type": "full",
        },
    )
    assert answer.ok, answer.text[:2000]
    return int(answer.json()["result"][0]["data"][0]["on_time_arrivals"])


def _publish_without_july(project: Project) -> None:
    """Publish another version, made with the project's own code, in which July was late."""
    draft = make_draft("29991231T000000Z-test")
    shutil.copyfile(project.published_file, draft)
    with duckdb.connect(str(draft)) as connection:
        connection.execute(
            "update marts.fct_flights set is_on_time_arrival = false where month(flight_date) = 7"
        )
        connection.execute(
            "update catalogue.publication "
            "set publication_name = '29991231T000000Z-test', fingerprint = 'of another'"
        )
    assert put_in_place(draft).startswith("published")


def _import(superset: Superset, project: Project) -> None:
    """Import the assets of `make superset` again, through the API."""
    assets = project.folder / "data" / "superset" / "assets.zip"
    with assets.open("rb") as bundle:
        answer = superset.ask("POST", "assets/import/", files={"bundle": ("assets.zip", bundle)})
    assert answer.ok, answer.text
