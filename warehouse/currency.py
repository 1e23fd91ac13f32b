"""Tell whether what is published is what a build would publish now.

It is, if it was made by the same project files from the same source files. So a second `make run`
need not build and test everything again to find out that nothing has changed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from warehouse.paths import published_file, warehouse_file

# everything that decides what a build makes of the raw tables
_PROJECT_FILES = (
    "dbt_project.yml",
    "dbt_project/**/*.*",
    "profiles/*.yml",
    "requirements/lock.txt",
    "warehouse/*.py",
)

_SOURCE_FILES_LOADED = """
select source_name, table_name, partition_name, file_sha256
from operations.loaded_partitions
order by all
"""

_SOURCE_FILES_PUBLISHED = """
select source_name, table_name, partition_name, file_sha256
from catalogue.source_receipts
order by all
"""


def project_hash() -> str:
    """Return a checksum of the project's files; the project is the folder dbt is started in."""
    total = hashlib.sha256()
    for pattern in _PROJECT_FILES:
        for path in sorted(Path().glob(pattern)):
            total.update(path.as_posix().encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current() -> bool:
    """Tell whether the publication in place comes from these project and source files."""
    if not (published_file().exists() and warehouse_file().exists()):
        return False
    try:
        with duckdb.connect(str(published_file()), read_only=True) as published:
            made_by = published.execute("select project_hash from catalogue.publication").fetchall()
            made_from = published.execute(_SOURCE_FILES_PUBLISHED).fetchall()
        with duckdb.connect(str(warehouse_file()), read_only=True) as warehouse:
            loaded = warehouse.execute(_SOURCE_FILES_LOADED).fetchall()
    except duckdb.Error:
        return False
    return made_by == [(project_hash(),)] and made_from == loaded
