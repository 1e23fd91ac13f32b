"""What Dagster loads: the assets, the jobs, the daily schedule and the sensors."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from ontime.orchestration import assets, calls

PROJECT_SETTING = "ONTIME_DAGSTER_PROJECT"
_TEN_MINUTES, _SIX_HOURS = 600, 21_600

_project = json.loads(Path(os.environ[PROJECT_SETTING]).read_text(encoding="utf-8"))
_warehouse = assets.warehouse(_project)
_published = dg.AssetSelection.assets(assets.PUBLICATION, assets.FEATURES)
_built = dg.AssetSelection.assets(_warehouse) | _published
_embedded = dg.AssetSelection.groups(*assets.EMBEDDED)

daily = dg.define_asset_job(
    "daily",
    dg.AssetSelection.assets(assets.REFRESH, assets.SITE) | _built,
    description=f"Load what is new or issued again, build, test, publish. {assets.ONE_WRITER}",
)
build = dg.define_asset_job("build", _built, description="Build and test what has changed.")
embedded = dg.define_asset_job(
    "embedded", _embedded | _built, description="Load the embedded data, build, test, publish."
)
# named otherwise than its asset, because names of steps and jobs must differ
write_release = dg.define_asset_job(
    "write_release", dg.AssetSelection.assets(assets.RELEASE), description="Write a release."
)

# Nothing is downloaded until a person switches this on.
every_day = dg.ScheduleDefinition(
    name="every_day",
    job=daily,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="The daily job at five in the morning, UTC.",
)


@dg.sensor(
    job=daily,
    minimum_interval_seconds=_SIX_HOURS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Run the daily job when the publishers have what `ontime status` calls new.",
)
def reissues() -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Request one run for the same news, however often it is seen."""
    try:
        news = calls.ask("news")
    except calls.BusyError as busy:
        yield dg.SkipReason(str(busy))
        return
    if news:
        yield dg.RunRequest(run_key=_digest(news), tags={"news": "; ".join(news)[:250]})
    else:
        yield dg.SkipReason("The publishers have nothing new.")


@dg.sensor(
    minimum_interval_seconds=_TEN_MINUTES,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Show as materialized which months are loaded, also those that make loaded.",
)
def what_is_loaded(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Report the partitions that were loaded since the last time."""
    known = dict(json.loads(context.cursor or "{}"))
    try:
        loaded = calls.ask("loaded")
    except calls.BusyError as busy:
        return dg.SkipReason(str(busy))
    now = {f"{one['source']} {one['partition']}": one["version"] for one in loaded}
    new = [
        one for one in loaded if known.get(f"{one['source']} {one['partition']}") != one["version"]
    ]
    if now == known:
        return dg.SkipReason("No other months are loaded than before.")
    events = list(assets.materializations(_project, new))
    return dg.SensorResult(asset_events=events, cursor=json.dumps(now))


def _digest(news: list[str]) -> str:
    return hashlib.sha256(json.dumps(sorted(news)).encode()).hexdigest()[:16]


_JOBS = [daily, build, embedded, write_release]
_SCHEDULES = [every_day]
# a job that is to run by itself and has no schedule would never run, and nobody would notice
assert {schedule.job.name for schedule in _SCHEDULES} == {daily.name}  # noqa: S101

definitions = dg.Definitions(
    assets=[*assets.loading(_project), _warehouse, *assets.downstream(_project)],
    jobs=_JOBS,
    schedules=_SCHEDULES,
    sensors=[reissues, what_is_loaded],
    # runs go one after the other, in one process each: each step is a command of its own already
    executor=dg.in_process_executor,
)
