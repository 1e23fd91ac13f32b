"""Superset's assets, in the format that Superset itself exports and imports.

The connection and the datasets are made from the published file and the semantic models. The
charts and the dashboard are stored next to this file, without what can be derived: identifiers,
Superset's numeric ids, positions of charts. Identifiers are derived from names, so that importing
again replaces assets and never duplicates them.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ontime.catalog.published import Column, PublishedFile, Table
from ontime.serving.superset import semantics
from ontime.serving.superset.catalogue import explanation, is_time, label, main_time, without_links
from ontime.storage.reader import open_published

ASSETS = Path(__file__).parent / "assets"
DATABASE = "ontime"
FACTS = "fct_flights"
FLIGHTS = "flights"  # the facts, with the names that their keys refer to

# what a ranking chart needs to know about the coverage of the sources, besides each flight
COVERAGE = "mart_source_coverage"
SHARES = "mart_default_scope_shares"
_SCOPE_COLUMNS = {
    "carrier_latest_name": "coalesce(carrier_names.subject_name, facts.carrier_code)",
    "scope_text": "scope.scope_text",
    "is_in_default_scope": "scope.is_default_scope is not null",
    "ranking_minimum_flights": "scope.ranking_minimum_flights",
}
_SCOPE_JOINS = f"""
left join marts.{COVERAGE} as scope
    on facts.flight_month between scope.scope_first_month and scope.scope_last_month
left join marts.{SHARES} as carrier_names
    on
        carrier_names.subject_type = 'carrier'
        and carrier_names.share_name = 'arrived_on_time'
        and carrier_names.subject_code = facts.carrier_code"""

# what a connection to the published file may do, whatever a query asks for
CONNECT_ARGS = {
    "read_only": True,
    "config": {"enable_external_access": "false", "lock_configuration": "true"},
}

_LATEST_NAME = (
    "Name that the carrier's code had on the last day on which it flew in the default scope; the "
    "code outside of it. One carrier, one name."
)
_SCOPE_TEXT = "What the default scope covers, in words. Null outside of it."
_IN_SCOPE = "True for the flights of the default scope, which `mart_source_coverage` names."
_MINIMUM = (
    "Scheduled flights in the default scope from which on something is ranked: one a day on "
    "average. Null outside of the scope."
)

# the format's own versions, and a namespace for identifiers
_VERSION = "1.0.0"
_NAMES = uuid.UUID("0b6f3c1e-6c3b-5a0e-9f3e-7d1c52a8f0aa")

_FORMATS = {"share": ".1%", "flights": ",d", "minutes": ",.1~f", "days": ",d", "hours": ",d"}
_COLUMNS_OF_A_ROW = 12
_METRIC_PARAMETERS = ("metric", "metrics", "percent_metrics", "timeseries_limit_metric")
_COLUMN_PARAMETERS = ("x_axis", "groupby", "columns", "all_columns")

Asset = dict[str, Any]


class AssetError(Exception):
    """The assets do not fit what is published; the message says where."""


def write(published: Path, manifest: Mapping[str, Any], into: Path) -> int:
    """Write the assets of a published file to a ZIP file; return how many datasets it holds.

    The same publication gives the same bytes.

    Raises:
        AssetError: a chart asks for a metric or a column that its dataset does not have.
        SemanticsError: a metric cannot be written as SQL.

    """
    with open_published(published) as connection:
        # Superset opens the file alone
        tables = [table for table in PublishedFile(connection).tables() if table.is_in_file]
    assets = made(published, tables, manifest)
    with zipfile.ZipFile(into, "w") as archive:
        for name, asset in assets.items():
            text = yaml.safe_dump(asset, sort_keys=False, allow_unicode=True, width=100)
            archive.writestr(zipfile.ZipInfo(f"ontime/{name}"), text, zipfile.ZIP_DEFLATED)
    return sum(name.startswith("datasets/") for name in assets)


def made(published: Path, tables: list[Table], manifest: Mapping[str, Any]) -> dict[str, Asset]:
    """Return the assets by file name."""
    datasets = {table.name: _dataset(table) for table in tables}
    facts = next((table for table in tables if table.name == FACTS), None)
    metrics = [_metric(metric) for metric in semantics.metrics(manifest, FACTS)]
    if facts is not None:
        datasets[FACTS]["metrics"] += metrics
        datasets[FLIGHTS] = _flights(facts, tables, manifest)
        datasets[FLIGHTS]["metrics"] += metrics
    charts = [_chart(file, datasets) for file in sorted((ASSETS / "charts").glob("*.yaml"))]
    assets: dict[str, Asset] = {
        "metadata.yaml": {
            "version": _VERSION,
            "type": "assets",
            "timestamp": "2000-01-01T00:00:00+00:00",
        },
        f"databases/{DATABASE}.yaml": _database(published),
    }
    for name, dataset in sorted(datasets.items()):
        assets[f"datasets/{DATABASE}/{name}.yaml"] = dataset
    for chart in charts:
        assets[f"charts/{chart['uuid']}.yaml"] = chart
    for file in sorted((ASSETS / "dashboards").glob("*.yaml")):
        assets[f"dashboards/{file.stem}.yaml"] = _dashboard(file, charts, datasets)
    return assets


def identifier(kind: str, name: str) -> str:
    """Return the identifier of an asset, which never changes."""
    return str(uuid.uuid5(_NAMES, f"{kind}/{name}"))


def _database(published: Path) -> Asset:
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": f"duckdb:///{published.absolute()}",
        # charts are not cached: DuckDB answers at once, and a new publication shows
        "cache_timeout": -1,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {
            "engine_params": {"connect_args": CONNECT_ARGS},
            "metadata_params": {},
            "metadata_cache_timeout": {},
            "schemas_allowed_for_csv_upload": [],
            "allows_virtual_table_explore": True,
        },
        "uuid": identifier("database", DATABASE),
        "version": _VERSION,
    }


def _dataset(table: Table, sql: str | None = None) -> Asset:
    return {
        "table_name": table.name,
        "main_dttm_col": main_time(table),
        "description": without_links(table.description or "").strip(),
        "schema": "marts",
        "catalog": None,
        "sql": sql,
        "cache_timeout": -1,
        "filter_select_enabled": True,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "uuid": identifier("dataset", table.name),
        "metrics": [
            {
                "metric_name": "count",
                "verbose_name": "Rows",
                "metric_type": "count",
                "expression": "count(*)",
                "description": "Number of rows.",
                "d3format": ",d",
            }
        ],
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": label(column),
                "description": explanation(column),
                "type": column.data_type.upper(),
                "is_dttm": is_time(column),
                "is_active": True,
                "groupby": True,
                "filterable": True,
            }
            for column in table.columns
        ],
        "version": _VERSION,
        "database_uuid": identifier("database", DATABASE),
    }


def _flights(facts: Table, tables: list[Table], manifest: Mapping[str, Any]) -> Asset:
    """Return a dataset of the facts in which names replace the keys."""
    joins, dimensions = semantics.dimensions(manifest, FACTS)
    described = {(table.name, column.name): column for table in tables for column in table.columns}
    taken = {column.name for column in facts.columns}
    dimensions = [dimension for dimension in dimensions if dimension.name not in taken]
    columns = [_dimension_column(dimension, described) for dimension in dimensions]
    selected = ",\n".join(
        f"    {dimension.expression} as {dimension.name}" for dimension in dimensions
    )
    joined = "\n".join(
        f"left join marts.{join.table} as {join.entity}"
        f" on facts.{join.foreign_key} = {join.entity}.{join.key}"
        for join in joins
    )
    if {COVERAGE, SHARES} <= {table.name for table in tables}:
        columns += [
            _column("carrier_latest_name", "varchar", None, _LATEST_NAME),
            _column("scope_text", "varchar", None, _SCOPE_TEXT),
            _column("is_in_default_scope", "boolean", None, _IN_SCOPE),
            _column("ranking_minimum_flights", "integer", "flights", _MINIMUM),
        ]
        selected += "".join(f",\n    {sql} as {name}" for name, sql in _SCOPE_COLUMNS.items())
        joined += _SCOPE_JOINS
    sql = f"select\n    facts.*,\n{selected}\nfrom marts.{FACTS} as facts\n{joined}"
    if not dimensions:
        sql = f"select * from marts.{FACTS}"  # noqa: S608
    return _dataset(
        replace(
            facts,
            name=FLIGHTS,
            description="Flights with the names that their codes stand for: the table "
            "`fct_flights` with its carrier, airports, aircraft and day.\n\n"
            + (facts.description or ""),
            columns=(*facts.columns, *columns),
        ),
        sql,
    )


def _dimension_column(
    dimension: semantics.Dimension, described: Mapping[tuple[str, str], Column]
) -> Column:
    source = described.get((dimension.table, dimension.column))
    if source is None:
        return _column(dimension.name, "varchar", None, dimension.description)
    return _column(dimension.name, source.data_type, source.unit, source.description)


def _column(name: str, data_type: str, unit: str | None, description: str | None) -> Column:
    """Return a column that a dataset adds to those of its table."""
    return Column(
        name,
        data_type,
        is_nullable=True,
        is_primary_key=False,
        references=None,
        unit=unit,
        description=description,
    )


def _metric(metric: semantics.Metric) -> Asset:
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "metric_type": None,
        "expression": metric.expression,
        "description": f"{metric.description} Unit: {metric.unit}.",
        "d3format": _FORMATS.get(metric.unit, ",.1~f"),
    }


def _chart(file: Path, datasets: Mapping[str, Asset]) -> Asset:
    kept = yaml.safe_load(file.read_text(encoding="utf-8"))
    dataset = datasets.get(kept.pop("dataset"))
    if dataset is None:
        raise AssetError(f"{file.name}: what is published has no such dataset.")
    params = {"viz_type": kept["viz_type"], "extra_form_data": {}, **kept.pop("params")}
    params.setdefault("adhoc_filters", [])
    _fits(file.name, params, dataset)
    return {
        **kept,
        "params": params,
        "query_context": None,
        "cache_timeout": None,
        "uuid": identifier("chart", file.stem),
        "version": _VERSION,
        "dataset_uuid": dataset["uuid"],
    }


def _fits(name: str, params: Mapping[str, Any], dataset: Asset) -> None:
    """Refuse a chart that asks for something that its dataset does not have."""
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    columns = {column["column_name"] for column in dataset["columns"]}
    for keys, known, kind in (
        (_METRIC_PARAMETERS, metrics, "metric"),
        (_COLUMN_PARAMETERS, columns, "column"),
    ):
        for key in keys:
            asked = params.get(key) or []
            for word in asked if isinstance(asked, list) else [asked]:
                # anything but a name is an expression of the chart's own
                if isinstance(word, str) and word not in known:
                    raise AssetError(f"{name}: {dataset['table_name']} has no {kind} {word}.")


def _dashboard(file: Path, charts: Iterable[Asset], datasets: Mapping[str, Asset]) -> Asset:
    """Return a dashboard, with its rows of charts and texts in Superset's layout format."""
    kept = yaml.safe_load(file.read_text(encoding="utf-8"))
    by_uuid = {chart["uuid"]: chart for chart in charts}
    position: Asset = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {
            "type": "HEADER",
            "id": "HEADER_ID",
            "meta": {"text": kept["dashboard_title"]},
        },
    }
    for number, row in enumerate(kept.pop("rows"), start=1):
        row_id = f"ROW-{number}"
        position["GRID_ID"]["children"].append(row_id)
        position[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for cell in row["cells"]:
            element = _cell(file.name, cell, row["height"], len(row["cells"]), by_uuid)
            element["id"] = f"{element['type']}-{number}-{len(position[row_id]['children']) + 1}"
            element["parents"] = ["ROOT_ID", "GRID_ID", row_id]
            position[row_id]["children"].append(element["id"])
            position[element["id"]] = element
    filters = [
        {
            "id": f"NATIVE_FILTER-{name}",
            "type": "NATIVE_FILTER",
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
            "cascadeParentIds": [],
            "defaultDataMask": {"extraFormData": {}, "filterState": {}},
            **_filter(file.name, spec, datasets),
        }
        for name, spec in kept.pop("filters", {}).items()
    ]
    return {
        **kept,
        "position": position,
        "metadata": {
            **kept.get("metadata", {}),
            "native_filter_configuration": filters,
            "refresh_frequency": 0,
        },
        "uuid": identifier("dashboard", file.stem),
        "version": _VERSION,
    }


def _cell(
    name: str, cell: Mapping[str, Any], height: int, cells: int, charts: Mapping[str, Asset]
) -> Asset:
    meta: Asset = {"width": cell.get("width", _COLUMNS_OF_A_ROW // cells), "height": height}
    if "text" in cell:
        return {"type": "MARKDOWN", "children": [], "meta": {**meta, "code": cell["text"]}}
    key = identifier("chart", cell["chart"])
    if key not in charts:
        raise AssetError(f"{name}: there is no chart {cell['chart']}.")
    meta |= {"uuid": key, "chartId": 0, "sliceName": charts[key]["slice_name"]}
    return {"type": "CHART", "children": [], "meta": meta}


def _filter(name: str, spec: Mapping[str, Any], datasets: Mapping[str, Asset]) -> Asset:
    if spec["filterType"] == "filter_time":
        return {"targets": [{}], "controlValues": {}, **spec}
    target = spec["target"]
    dataset = datasets[target["dataset"]]
    if target["column"] not in {column["column_name"] for column in dataset["columns"]}:
        raise AssetError(f"{name}: {dataset['table_name']} has no column {target['column']}.")
    return {
        "targets": [{"datasetUuid": dataset["uuid"], "column": {"name": target["column"]}}],
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": False,
            "searchAllOptions": True,
        },
        **{key: value for key, value in spec.items() if key != "target"},
    }
