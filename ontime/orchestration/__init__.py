"""Dagster, as an option: schedule, partitions, checks and retries around the project's commands.

Dagster runs in an environment of its own (`.venv-dagster`), because it needs other versions of
packages than dbt. It imports none of the project's dependencies: whatever it does, it does by
running `ontime` in the project's environment, as a person would. So `make` and Dagster cannot
differ, and one lock serves both.

- `bridge`, `instance`: run in the project's environment.
- `calls`, `assets`, `definitions`: run in Dagster's; they use Python's own library and Dagster.
"""
