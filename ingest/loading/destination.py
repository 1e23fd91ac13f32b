"""The warehouse as a dlt destination: new rows replace the rows that have the same key.

dlt's own merge would also work but writes everything twice: it copies the rows into a staging table
first and then into the target table. This destination inserts them straight from dlt's file, in the
same transaction that deletes the old rows. dlt's merge also compares every row of the table; here
the few distinct key values let DuckDB skip the parts of the table that cannot match.
"""

from __future__ import annotations

from pathlib import Path

import dlt
from dlt.common.destination.client import LoadJob
from dlt.common.destination.typing import PreparedTableSchema
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials
from dlt.destinations.impl.duckdb.duck import DuckDbClient, DuckDbCopyJob


class _CopyJob(DuckDbCopyJob):
    """Insert a file of rows. dlt writes its path into SQL as it is, so apostrophes are doubled."""

    def run(self) -> None:
        """Insert the rows."""
        path = self._file_path
        self._file_path = _quotable(path)
        try:
            super().run()
        finally:
            self._file_path = path


class _ReplacingJob(_CopyJob):
    """Insert a file of rows and delete rows of earlier loads that have one of its keys."""

    def __init__(self, file_path: str, key: str) -> None:
        super().__init__(file_path)
        self._key = key

    def run(self) -> None:
        """Delete and insert in one transaction."""
        client = self._job_client.sql_client
        table = client.make_qualified_table_name(self.load_table_name)
        key, load_id = map(client.escape_column_name, (self._key, "_dlt_load_id"))
        path = _quotable(self._file_path)
        with client.begin_transaction():
            client.execute_sql(
                f"delete from {table} where {key} in "  # noqa: S608 - names are declared
                f"(select distinct {key} from read_parquet('{path}')) "
                # should dlt ever cut the rows into two files, the second must not delete the first
                f"and {load_id} <> '{self._load_id}'"
            )
            super().run()


class _WarehouseClient(DuckDbClient):
    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        """Return the job that loads one file; dlt's own tables have no key and are appended to."""
        job = super().create_load_job(table, file_path, load_id, restore)
        if not isinstance(job, DuckDbCopyJob):
            return job
        key = next((name for name, c in table["columns"].items() if c.get("merge_key")), None)
        return _ReplacingJob(file_path, key) if key else _CopyJob(file_path)


def _quotable(path: str) -> str:
    return path.replace("'", "''")


class Warehouse(dlt.destinations.duckdb):
    """A DuckDB file in which a resource's `merge_key` determines which rows are replaced."""

    @property
    def client_class(self) -> type[DuckDbClient]:
        """Return the class that runs the jobs of a load."""
        return _WarehouseClient


def limited_warehouse(file: Path, memory_limit: str) -> Warehouse:
    """Return the warehouse in a file, opened with a memory limit in DuckDB's notation."""
    return Warehouse(DuckDbCredentials(str(file), global_config={"memory_limit": memory_limit}))
