"""A project of three marts in two states, without dbt: warehouses, manifests and results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ontime.catalog.lineage.project import Project, follow
from ontime.changes.builds import Build

Sql = Mapping[str, str]

# the base: delays of flights, lateness by a rule, and a count of late flights for each carrier
BASE = {
    "fct_flights": "select flight_id, carrier_code, delay_minutes from ontime.raw.flights",
    "fct_lateness": (
        "with flights as (select flight_id, carrier_code, delay_minutes "
        "from ontime.marts.fct_flights) "
        "select flight_id, carrier_code, delay_minutes >= 15 as is_late, delay_minutes from flights"
    ),
    "mart_carriers": (
        "select carrier_code, count(*) filter (where is_late) as late_flights "
        "from ontime.marts.fct_lateness group by carrier_code"
    ),
}
_TYPES = {"is_late": "boolean", "late_flights": "bigint", "delay_minutes": "integer"}
VIEWS = {"mart_carriers"}
_KEYS = {"mart_carriers": "carrier_code"}


@dataclass(frozen=True)
class State:
    """A state of the project: the SQL of its models, those that were built, those that failed."""

    sql: Sql
    built: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    seconds: float = 1.0
    columns: Mapping[str, list[str]] = field(default_factory=dict)


def made(folder: Path, name: str, state: State) -> tuple[Build, Project]:
    """Write a build of a state, and return it with the lineage of its columns."""
    build = Build(folder, name)
    build.target.mkdir(parents=True)
    build.warehouse.parent.mkdir()
    manifest: dict[str, Any] = {
        "nodes": {},
        "sources": {"source.p.raw.flights": _source()},
        "macros": {},
        "exposures": {},
        "metrics": {},
        "semantic_models": {},
        "unit_tests": {},
    }
    with duckdb.connect(str(build.warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.flights as select i as flight_id, "
            "chr((65 + i % 2)::integer) as carrier_code, (i * 5)::integer as delay_minutes "
            "from range(1, 9) as t (i)"
        )
        connection.execute("create schema marts")
        for model, sql in state.sql.items():
            if model in state.failed:
                continue
            table = connection.sql(sql.replace("ontime.", ""))
            manifest["nodes"][f"model.p.{model}"] = _model(model, sql, table.columns)
            # a view names the database as it was when it was built
            kind, text = ("view", sql) if model in VIEWS else ("table", sql.replace("ontime.", ""))
            connection.execute(f"create {kind} marts.{model} as {text}")
        for model in state.failed:
            node = _model(model, state.sql[model], state.columns[model])
            manifest["nodes"][f"model.p.{model}"] = node
    if "mart_carriers" in state.sql:
        manifest["exposures"]["exposure.p.board"] = {
            "name": "board",
            "depends_on": {"nodes": ["model.p.mart_carriers"]},
        }
    (build.target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    results = [
        {
            "unique_id": f"model.p.{model}",
            "status": "error" if model in state.failed else "success",
            "execution_time": state.seconds,
            "message": "Binder Error: no column | is_late" if model in state.failed else "OK",
        }
        for model in sorted(state.built | state.failed)
    ]
    written = json.dumps({"results": results})
    (build.target / "run_results.json").write_text(written, encoding="utf-8")
    return build, Project(manifest, follow(manifest))


def _model(name: str, sql: str, columns: list[str]) -> dict[str, Any]:
    key = _KEYS.get(name, "flight_id")
    parents = [f"model.p.{other}" for other in BASE if f"marts.{other}" in sql]
    return {
        "unique_id": f"model.p.{name}",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "package_name": "p",
        "database": "ontime",
        "schema": "marts",
        "version": None,
        "latest_version": None,
        "access": "public",
        "group": "core",
        "contract": {"enforced": True},
        "constraints": [{"type": "primary_key", "columns": [key]}],
        "columns": {
            column: {
                "name": column,
                "data_type": _TYPES.get(column, "varchar"),
                "description": "",
                "constraints": [],
            }
            for column in columns
        },
        "config": {"materialized": "view" if name in VIEWS else "table", "meta": {}},
        "depends_on": {"nodes": parents or ["source.p.raw.flights"], "macros": []},
        "raw_code": sql,
        "compiled_code": sql,
        "description": "",
    }


def _source() -> dict[str, Any]:
    return {
        "unique_id": "source.p.raw.flights",
        "resource_type": "source",
        "source_name": "raw",
        "name": "flights",
        "identifier": "flights",
        "database": "ontime",
        "schema": "raw",
        "columns": {
            name: {"data_type": _TYPES.get(name, "varchar")}
            for name in ("flight_id", "carrier_code", "delay_minutes")
        },
    }
