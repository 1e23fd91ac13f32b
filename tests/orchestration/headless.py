"""Run a job in Dagster's environment, without its server: `python headless.py JOB`, prints JSON."""

import json
import sys
import warnings

import dagster as dg

from ontime.orchestration.definitions import definitions

warnings.simplefilter("ignore")


def main(job: str) -> None:
    """Run the job, and print what was materialized, which checks failed, and why the run failed."""
    definitions.get_repository_def().load_all_definitions()  # as the server does
    # in memory: in its home, Dagster flushes each of some thousand events to the disk
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(job).execute_in_process(
            instance=instance, raise_on_error=False
        )
        checks = result.get_asset_check_evaluations()
        failures = [
            event.step_failure_data.error.to_string()
            for event in result.all_events
            if event.is_step_failure and event.step_failure_data.error
        ]
        retries = [event.message for event in result.all_events if event.is_step_up_for_retry]
        materialized = {
            event.asset_key.to_user_string(): {
                name: value.value
                for name, value in event.materialization.metadata.items()
                if not name.startswith("dagster/column")
            }
            for event in result.get_asset_materialization_events()
        }
        answer = {
            "success": result.success,
            "materialized": materialized,
            "checks": len(checks),
            "failed_checks": sorted(
                f"{check.asset_key.to_user_string()}:{check.check_name}"
                for check in checks
                if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
            ),
            "failures": failures,
            "retries": retries,
        }
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


if __name__ == "__main__":
    main(sys.argv[1])
