"""Publish what a cluster has built and tested, and pull it into a DuckDB file.

A publication is a folder of the lake that is never changed:

    published.json                                the publication that readers open
    published/<name>/dim_dates/part-....parquet   a mart as Spark wrote it

The files are copied aside first, and `published.json` is replaced in one step when all are there: a
reader has one publication or the next, whole. The publication before the present one is kept.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ontime.storage.content_hash import METHOD, content_hash

MARK = "published.json"
_FOLDER = "published"


class PullError(Exception):
    """There is nothing to pull, or it is not what was published; the message says what to do."""


@dataclass(frozen=True)
class Published:
    """A publication: its name, and the rows and the content hash of each mart."""

    name: str
    method: str
    tables: dict[str, tuple[int, str]]


def publish(cluster_warehouse: Path, lake: Path, schema: str = "marts") -> Published:
    """Put the marts of a build that passed its tests in place for readers.

    Raises:
        OSError: the lake cannot be written.

    """
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    folder = lake / _FOLDER / name
    tables = {}
    with duckdb.connect() as connection:
        for source in sorted((cluster_warehouse / f"{schema}.db").iterdir()):
            files = sorted(source.glob("*.parquet"))
            if not files:
                continue
            (folder / source.name).mkdir(parents=True)
            for file in files:
                shutil.copyfile(file, folder / source.name / file.name)
            tables[source.name] = _content(connection, folder / source.name)
    before = current(lake)
    published = Published(name, METHOD, tables)
    aside = lake / f"{MARK}.part"
    aside.write_text(json.dumps(vars(published), indent=1), encoding="utf-8")
    aside.replace(lake / MARK)
    for old in (lake / _FOLDER).iterdir():
        if old.name not in {name, before.name if before else None}:
            shutil.rmtree(old)
    return published


def current(lake: Path) -> Published | None:
    """Return the publication that readers open, if there is one."""
    mark = lake / MARK
    if not mark.exists():
        return None
    found = json.loads(mark.read_text(encoding="utf-8"))
    tables = {key: (rows, digest) for key, (rows, digest) in found["tables"].items()}
    return Published(found["name"], found["method"], tables)


def pull(lake: Path, file: Path, schema: str = "marts") -> Published:
    """Write the published marts into a DuckDB file, which is replaced in one step.

    Raises:
        PullError: nothing is published, or a table is not as it was published.
        OSError: the file cannot be written.

    """
    published = current(lake)
    if published is None:
        raise PullError(f"Nothing is published in the lake {lake}: build on the cluster first.")
    aside = file.with_name(f"{file.name}.part")
    aside.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{_quoted(aside)}' as pulled")
            connection.execute(f"create schema pulled.{schema}")
            for name, (rows, digest) in published.tables.items():
                folder = lake / _FOLDER / published.name / name
                connection.execute(f"create table pulled.{schema}.{name} as {_select(folder)}")
                if published.method != METHOD:
                    continue  # another DuckDB computes other hashes
                if content_hash(connection, f"pulled.{schema}.{name}") != (rows, digest):
                    raise PullError(
                        f"{name} in the lake {lake} is not what was published: publish again."
                    )
        aside.replace(file)
    except duckdb.IOException as error:
        raise PullError(f"The lake {lake} cannot be read: {error}") from None
    finally:
        aside.unlink(missing_ok=True)
    return published


def _content(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, str]:
    connection.execute(f"create or replace temp view mart as {_select(folder)}")
    return content_hash(connection, "mart")


def _select(folder: Path) -> str:
    return f"select * from read_parquet('{_quoted(folder)}/*.parquet')"  # noqa: S608 - our own


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
