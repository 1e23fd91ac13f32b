"""Settings of dbt in the environment: which of them the project's own commands obey.

Somebody who works on other dbt projects may have set `DBT_PROFILES_DIR`, `DBT_TARGET` or `DBT_VARS`
for them. `make` and `ontime` build this project as its files say, with the options on their command
line. A bare `dbt` obeys the environment, as everywhere. The project's own is ONTIME_THREADS.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

THREADS = "ONTIME_THREADS"
# DuckDB uses all cores for each of them; thousands cannot be started
MOST_THREADS = 256
_PREFIX = "DBT_"
# they decide where dbt writes its own files and how they look, never what is built
_OBEYED = {
    "DBT_LOG_FILE_MAX_BYTES",
    "DBT_LOG_FORMAT",
    "DBT_LOG_FORMAT_FILE",
    "DBT_LOG_LEVEL",
    "DBT_LOG_LEVEL_FILE",
    "DBT_LOG_PATH",
    "DBT_PRINTER_WIDTH",
    "DBT_TARGET_PATH",
    "DBT_USE_COLORS",
    "DBT_USE_COLORS_FILE",
}


def ignore_settings_of_dbt(environment: MutableMapping[str, str]) -> None:
    """Remove the variables that would change what dbt does."""
    for name in [name for name in environment if name.startswith(_PREFIX)]:
        if name not in _OBEYED:
            del environment[name]


def refusal_of_threads(environment: Mapping[str, str]) -> str | None:
    """Return why ONTIME_THREADS cannot be used, in a sentence, or None if it can."""
    threads = environment.get(THREADS)
    if threads is None or (
        threads.isascii() and threads.isdigit() and 0 < int(threads) <= MOST_THREADS
    ):
        return None
    return (
        f"{THREADS} must be a whole number from 1 to {MOST_THREADS}; it is {threads!r}. "
        "Nothing was done."
    )
