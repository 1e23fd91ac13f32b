"""The project's definitions with a schedule and sensors that do not wait for hours.

`make dagster-test` serves them in place of `ontime.orchestration.definitions`.
"""

import os
from datetime import timedelta
from typing import Any

import dagster as dg

from ontime.orchestration import calls
from ontime.orchestration import definitions as real

SECONDS = 20
_MINUTE = timedelta(minutes=1)
# a mart that is soon due, and one that is soon overdue; the others keep their days
_FRESHNESS = {
    "fct_flights": dg.FreshnessPolicy.time_window(
        warn_window=_MINUTE, fail_window=timedelta(days=1)
    ),
    "dim_carriers": dg.FreshnessPolicy.time_window(warn_window=_MINUTE, fail_window=2 * _MINUTE),
}

_text_of: Any = calls.text_of


def _elsewhere(*words: str) -> str:
    """Run a command; the site is written into the folder of the trial."""
    folder = ("--folder", os.environ["TRIAL_SITE"]) if words[0] == "dashboards" else ()
    return str(_text_of(*words, *folder))


calls.text_of = _elsewhere

for _sensor in (real.reissues, real.what_is_loaded):
    _sensor._min_interval = SECONDS
_every_minute = dg.ScheduleDefinition(
    name=real.every_day.name,
    job=real.daily,
    cron_schedule="* * * * *",
    execution_timezone="UTC",
)


def _soon(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = _FRESHNESS.get(spec.key.path[-1])
    return spec.replace_attributes(freshness_policy=policy) if policy else spec


definitions = dg.Definitions(
    assets=real.definitions.assets,
    jobs=real.definitions.jobs,
    schedules=[_every_minute],
    sensors=real.definitions.sensors,
    executor=real.definitions.executor,
).map_asset_specs(func=_soon)
