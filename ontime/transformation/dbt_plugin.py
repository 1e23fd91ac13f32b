"""Give dbt what it needs from Python: the write lock, the content hash, and publishing.

dbt-duckdb loads this module because the profile names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.factory import cleanup_connections
from dbt.flags import get_flags
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.exceptions import DbtRuntimeError
from duckdb import DuckDBPyConnection

from ontime.publishing.functions import register
from ontime.publishing.identity import project_hash
from ontime.storage import runs
from ontime.storage.content_hash import STORED_MACRO
from ontime.storage.lock import (
    WarehouseBusyError,
    hold_warehouse,
    refuse_while_written,
    release_warehouse,
    unwritable,
)

_Begun = tuple[runs.Run, IO[str] | None]

# The commands of dbt that open the warehouse and only read it, as dbt's flags name them. `test` is
# not among them: a test can be configured to store its failures.
_READING = {"compile", "debug", "freshness", "generate", "list", "parse", "show"}


class Plugin(BasePlugin):
    """Prepare the connection that dbt opens to the warehouse."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions that the publishing macros call, and define the content hash."""
        register(conn, self._project_hash)
        if _which() not in _READING:
            # an older version of this code may have loaded the data; each node of dbt has a cursor
            # of its own, so that a temporary macro would be defined a thousand times
            conn.execute(STORED_MACRO)

    def initialize(self, plugin_config: dict[str, Any]) -> None:  # noqa: ARG002 - dbt-duckdb's signature
        """Take the write lock before the warehouse is opened, until the command of dbt ends.

        A command that only reads takes no lock.

        Raises:
            DbtRuntimeError: another process, named in the message, is writing to it, or its folder
                cannot be written.

        """
        # the build uses the files as they were when it began
        self._project_hash = project_hash()
        assert self.creds is not None  # noqa: S101 - dbt-duckdb always passes them
        warehouse = Path(self.creds.path)
        holds = False
        try:
            warehouse.parent.mkdir(parents=True, exist_ok=True)
            if _which() in _READING:
                refuse_while_written(warehouse)
            else:
                holds = hold_warehouse(warehouse)
        except WarehouseBusyError as error:
            if run := runs.current():
                run.fail(str(error), is_transient=True)
            raise DbtRuntimeError(str(error)) from None
        except OSError as error:
            raise DbtRuntimeError(unwritable(warehouse.parent, error)) from None
        # `ontime build` has begun a run of its own; a bare dbt has not
        begun = runs.begin(f"dbt {_which()}") if holds and not runs.current() else None
        # dbt forgets its callbacks before the next command
        add_callback_to_manager(lambda event: _leave(event, warehouse, begun, holds=holds))


def _which() -> str:
    """Return the command of dbt, as its flags name it."""
    return str(getattr(get_flags(), "WHICH", ""))  # type: ignore[no-untyped-call]


def _leave(event: Any, warehouse: Path, begun: _Begun | None, *, holds: bool) -> None:
    """Close the warehouse at the end of a command of dbt, and release the lock if it was taken.

    A process may live on, such as an editor that runs dbt. dbt-duckdb would keep the file open, and
    the next command would use this command's plugins.
    """
    if event.info.name != "CommandCompleted":
        return
    if begun:
        runs.end(*begun, code=0 if event.data.success else 1)
    cleanup_connections()  # type: ignore[no-untyped-call]
    if environment := DuckDBConnectionManager._ENV:
        environment.close()  # type: ignore[no-untyped-call]
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if holds:
        release_warehouse(warehouse)
