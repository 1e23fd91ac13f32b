"""What dbt needs from Python: the write lock, the content hash, and putting a publication in place.

dbt-duckdb loads this module because the profile names it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from warehouse.content_hash import CONTENT_HASH_MACRO
from warehouse.currency import project_hash
from warehouse.lock import WarehouseBusyError, hold_warehouse
from warehouse.publication import aside_file, make_aside, put_in_place


class Plugin(BasePlugin):
    """Prepare each connection that dbt opens to the warehouse."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions that the publishing macros call."""
        for name, function, arguments in (
            ("ontime_git_revision", _git_revision, []),
            ("ontime_project_hash", lambda: self._project_hash, []),
            ("ontime_publication_aside", _aside, ["varchar"]),
            ("ontime_publish", _publish, ["varchar"]),
            ("ontime_record_results", lambda results: _record(results, conn), ["varchar"]),
        ):
            conn.create_function(name, function, arguments, "varchar", side_effects=True)  # type: ignore[arg-type]

    def configure_cursor(self, cursor: Any) -> None:
        """Define the content hash, which is temporary and so belongs to one cursor."""
        cursor.execute(CONTENT_HASH_MACRO)

    def initialize(self, plugin_config: dict[str, Any]) -> None:  # noqa: ARG002 - dbt-duckdb's signature
        """Take the write lock before the warehouse is opened.

        Raises:
            DbtRuntimeError: another process is writing it; the message names that process.

        """
        # what is built is what the files said when the build began
        self._project_hash = project_hash()
        assert self.creds is not None  # noqa: S101 - dbt-duckdb always passes them
        try:
            hold_warehouse(Path(self.creds.path))
        except WarehouseBusyError as error:
            raise DbtRuntimeError(str(error)) from None


def _git_revision() -> str:
    """Return the commit that is checked out, marked if files differ from it, or 'unknown'."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _aside(name: str) -> str:
    return str(make_aside(name))


def _publish(name: str) -> str:
    return put_in_place(aside_file(name))


def _record(results: str, connection: DuckDBPyConnection) -> str:
    """Load the results of a build's tests through a connection of its own, and say how many."""
    from ingest.sources.dbt_artifacts import record  # noqa: PLC0415 - only a whole build needs it

    with connection.cursor() as cursor:
        return f"{record(results, cursor)} test results recorded"
