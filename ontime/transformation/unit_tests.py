"""Whether dbt's unit tests can be spared: they test the code, and say nothing about the data."""

from __future__ import annotations

import duckdb

from ontime.publishing.identity import identity
from ontime.storage.paths import warehouse_file


def have_passed() -> bool:
    """Return whether a whole build in this warehouse has passed them with the code as it is."""
    if not warehouse_file().exists():
        return False
    try:
        with duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
            [(parts,)] = warehouse.execute(
                "select count(*) from operations.tested_parts where tested_by = ?",
                [identity(warehouse).without_data.as_json()],
            ).fetchall()
    except duckdb.Error:  # nothing is loaded or built yet, or another process is writing
        return False
    return bool(parts)
