"""Give dbt its limits: how much memory DuckDB may use, and whether a build has room on the disk.

dbt-duckdb loads this module because the profile names it. It is apart from `dbt_plugin`, whose
content belongs to the identity of a build: a limit decides whether a build works, never what it
makes.
"""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from ontime.storage.memory import MemoryLimitError, limit_memory, memory_limit


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
        """Set the memory limit."""
        limit_memory(conn)
