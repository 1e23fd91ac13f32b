"""`dbt source freshness` measures the data that are loaded, not when they were loaded."""

from __future__ import annotations

import json

import duckdb

from tests.commands import ARTIFACTS, Project

SOURCES = {
    "bts": ("on_time", "bts.on_time"),
    "bts_marketing": ("on_time", "bts_marketing.on_time"),
    "weather": ("reports", "weather.reports"),
    "registry": ("aircraft", "registry.aircraft"),
}


def receive(project: Project, source: str, partition: str) -> None:
    """Record that a partition was loaded just now."""
    table, _ = SOURCES[source]
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(
            "insert into operations.load_receipts by name "
            "select * replace (? as source_name, ? as table_name, ? as partition_name, "
            "uuid()::varchar as receipt_id, now()::timestamp as loaded_at_utc) "
            "from operations.load_receipts where source_name = 'airportsdata'",
            [source, table, partition],
        )


def freshness(project: Project) -> tuple[dict[str, str], str]:
    """Return the status of each source, and what was printed."""
    done = project.dbt("source", "freshness", env=ARTIFACTS)
    found = json.loads((project.folder / "target" / "sources.json").read_bytes())["results"]
    return {
        result["unique_id"].removeprefix("source.ontime."): result["status"] for result in found
    }, done.stdout


def test_a_source_is_as_fresh_as_its_newest_data(project: Project) -> None:
    project.ingest("load", "airportsdata")
    # the embedded data are not measured
    names = {name for _, name in SOURCES.values()}
    statuses, printed = freshness(project)
    assert statuses == dict.fromkeys(names, "warn")
    for name in names:
        assert f"{name} was never loaded, so nothing can be late" in printed

    # loaded today, and old all the same
    receive(project, "bts", "2013-02")
    receive(project, "bts_marketing", "2018-02")
    receive(project, "weather", "2013-02")
    receive(project, "registry", "2013-03-15")
    statuses, printed = freshness(project)
    assert statuses == dict.fromkeys(names, "warn")
    assert "bts.on_time is loaded up to 2013-02-28." in printed
    assert "bts_marketing.on_time is loaded up to 2018-02-28." in printed
    assert "weather.reports is loaded up to 2013-02-28." in printed
    assert "registry.aircraft is loaded up to 2013-03-15." in printed

    # the order of loading does not matter
    receive(project, "bts", "2999-02")
    receive(project, "bts", "2012-12")
    statuses, printed = freshness(project)
    assert statuses == {**dict.fromkeys(names, "warn"), "bts.on_time": "pass"}
    assert "bts.on_time is loaded up to 2999-02-28." in printed
