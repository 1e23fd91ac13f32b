"""What a data folder holds, in the terms that must agree after a fault.

`seen` is what readers see, `Outcome` what a command left: the content of every raw table, of the
warehouse's marts, of the publication and the releases, and which files there are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from ontime.publishing.placement import in_place
from ontime.publishing.verification import verify
from ontime.releases.release import SUMS, VARIABLE, damaged
from ontime.storage.content_hash import content_hashes
from ontime.storage.paths import published_features

_SCHEMAS = "select schema_name from information_schema.schemata where schema_name like 'raw_%'"
# every row of every file is loaded or rejected with a reason, and those that were loaded are there
_UNBALANCED = """
select file_name from operations.load_receipts
where outcome = 'loaded' and rows_in_file <> rows_loaded + rows_quarantined
union all
select receipts.file_name
from operations.loaded_partitions as receipts
left join operations.quarantined_rows as rejected using (receipt_id)
group by receipts.receipt_id, receipts.file_name, receipts.rows_quarantined
having count(rejected.receipt_id) <> receipts.rows_quarantined or count(*) filter (
    where rejected.receipt_id is not null and rejected.reason is null
) > 0
order by all
"""
# the name of a publication begins with the time of the build
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
# what has a name of its own for each run, and the log that each run extends
_OF_RUNS = re.compile(r"runs/.*\.running|ontime\.duckdb\.wal")


class BrokenPromiseError(Exception):
    """What was found breaks the promise; the message says how."""


@dataclass(frozen=True)
class Outcome:
    """What a command left in a data folder."""

    raw: dict[str, str]
    marts: dict[str, str]
    published: dict[str, str]
    releases: dict[str, str]
    files: list[str]

    def difference(self, other: Outcome) -> str:
        """Return in words how another outcome differs, or ""."""
        for part in fields(self):
            mine, others = getattr(self, part.name), getattr(other, part.name)
            if mine != others:
                return f"{part.name} differ: {sorted(_items(mine) ^ _items(others))[:4]}"
        return ""


def _items(part: dict[str, str] | list[str]) -> set[str]:
    return set(part) if isinstance(part, list) else {f"{k} {v}" for k, v in part.items()}


@contextmanager
def at(data: Path) -> Iterator[None]:
    """Let this process use a data folder."""
    before = os.environ.get("ONTIME_DATA_DIR")
    os.environ["ONTIME_DATA_DIR"] = str(data)
    try:
        yield
    finally:
        if before is None:
            del os.environ["ONTIME_DATA_DIR"]
        else:
            os.environ["ONTIME_DATA_DIR"] = before


def seen(data: Path) -> dict[str, str]:
    """Return the content of the tables that readers see; nothing if nothing was ever published.

    Raises:
        BrokenPromiseError: it is not a whole publication, or its features are of another one.

    """
    with at(data):
        version = in_place()
        if version is None:
            if any((data / "published").glob("ontime_marts.duckdb")):
                raise BrokenPromiseError("the link leads to no whole publication")
            return {}
        if found := verify():
            raise BrokenPromiseError(f"readers see {found}")
        card = published_features() / "README.md"
        if f"Publication `{version.name}`" not in card.read_text(encoding="utf-8"):
            raise BrokenPromiseError("the features are of another build than the file")
        return version.tables


def outcome(data: Path) -> Outcome:
    """Return what a data folder holds.

    Raises:
        BrokenPromiseError: rows of a file are missing, or a release is damaged.

    """
    warehouse = data / "ontime.duckdb"
    raw: dict[str, str] = {}
    marts: dict[str, str] = {}
    if warehouse.exists():
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            for (schema,) in connection.execute(_SCHEMAS).fetchall():
                if schema != "raw_dbt":  # the results of tests, with their times
                    hashes = content_hashes(connection, schema)
                    raw |= {f"{schema}.{table}": found for table, found in hashes.items()}
            if unbalanced := connection.execute(_UNBALANCED).fetchall():
                raise BrokenPromiseError(f"receipts do not balance: {unbalanced}")
            marts = content_hashes(connection, "marts")
    return Outcome(raw, marts, seen(data), _releases(data / "releases"), sorted(_files(data)))


def _releases(folder: Path) -> dict[str, str]:
    """Return the checksums of the files of all releases, but of those that hold times."""
    found = {}
    for release in sorted(folder.glob("[!.]*")):
        if broken := damaged(release):
            raise BrokenPromiseError(f"a release is damaged: {broken}")
        for line in (release / SUMS).read_text(encoding="utf-8").splitlines():
            digest, path = line.split("  ", 1)
            if path not in VARIABLE:
                found[f"{release.name}/{path}"] = digest
    return found


def _files(data: Path) -> Iterator[str]:
    """Yield the files and folders, publications by their number; no empty `.incoming` folders."""
    names = sorted(path.name for path in (data / "published" / "versions").glob("[!.]*"))
    numbers = {name: f"publication {number}" for number, name in enumerate(names, start=1)}
    for path in data.rglob("*"):
        text = path.relative_to(data).as_posix()
        if path.is_dir() or _OF_RUNS.fullmatch(text):
            if path.name.startswith(".") and path.name != ".incoming":
                yield text
            continue
        yield _NAME.sub(lambda found: numbers.get(found[0], found[0]), text)
