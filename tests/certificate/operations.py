"""Small operations of every kind, which take milliseconds: what `make test` stops.

Each uses the data folder that the environment names. `seen` is what readers see, one of two values,
before and after; `left` is all that must be the same however often it was stopped.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.declarations import Source, SourceFile
from ingest.landing.checksums import file_sha256
from ingest.loading.files import load_file
from ontime.backups.contents import damage
from ontime.backups.making import back_up
from ontime.backups.restoring import newest, restore
from ontime.publishing.placement import make_draft, put_in_place, roll_back
from ontime.publishing.verification import verify
from ontime.publishing.versions import all_versions, versions_folder
from ontime.releases.comparison.versions import find
from ontime.releases.release import VARIABLE, make_release
from ontime.storage.paths import data_folder, published_folder, releases_folder, warehouse_file
from tests.ingest.samples import THINGS
from tests.publishing import made_up
from tests.releases import publications

HEADER = "name,size,clock\n"
FIRST, SECOND = HEADER + "x,1,5\nNA,2,6\n", HEADER + "y,3,7\nz,NA,8\nw,many,9\n"
SHOP = Source("shop", "a shop", "none", (THINGS,), lambda: iter(()))


@dataclass(frozen=True)
class Operation:
    """An operation; unless it `is_repeated`, it is not done again where readers see its effect."""

    name: str
    what: str
    prepare: Callable[[], object]
    work: Callable[[], object]
    seen: Callable[[], Any]
    left: Callable[[], Any]
    is_repeated: bool = True


def _published(count: int) -> Callable[[], None]:
    def publish() -> None:
        for number in range(1, count + 1):
            made_up.publish(f"v{number}", number)

    return publish


def _seen_publication() -> Any:
    assert verify() == []
    name, on_time, features = made_up.seen(published_folder())
    assert features == name == f"v{on_time}", "the file and the features are of one build"
    return name


def _versions() -> Any:
    return [version.name for version in all_versions()] + _hidden(versions_folder())


def _hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(".*"))


def _load(content: str) -> Callable[[], None]:
    def load() -> None:
        path = data_folder().with_name("things.csv")
        path.write_text(content, encoding="utf-8")
        file = SourceFile(THINGS, "2013", path)
        load_file(SHOP, file, file_sha256(path) or "", max_quarantined_percent=100)

    return load


def _rows() -> Any:
    with duckdb.connect(str(warehouse_file()), read_only=True) as connection:
        rows = connection.execute("select name, size from raw_shop.things order by all").fetchall()
    return [list(row) for row in rows]


def _receipt() -> Any:
    """Return what the newest receipt says, and whether the raw table agrees with it."""
    with duckdb.connect(str(warehouse_file()), read_only=True) as connection:
        receipt = connection.execute(
            "select rows_in_file, rows_loaded, rows_quarantined, "
            "(select count(*) from raw_shop.things where _dlt_load_id = load_id) "
            "from operations.load_receipts order by loaded_at_utc desc limit 1"
        ).fetchall()[0]
    in_file, loaded, quarantined, there = receipt
    assert in_file == loaded + quarantined
    assert loaded == there
    return [*receipt, _rows()]


def _released() -> None:
    name = "20130401T000000Z-00000001"
    put_in_place(publications.publish(make_draft(name), name))


def _release() -> None:
    make_release(find("published"), releases_folder())


def _releases() -> Any:
    return [folder.name for folder in releases_folder().glob("[!.]*")]


def _checksums() -> Any:
    files = (path for path in releases_folder().rglob("*") if path.is_file())
    kept = sorted(path for path in files if path.name not in VARIABLE)
    return [_hidden(releases_folder()), [str(file_sha256(path)) for path in kept]]


def _backups() -> Path:
    return data_folder().with_name("backups")


def _to_back_up() -> None:
    _published(2)()
    with duckdb.connect(str(warehouse_file())) as connection:
        connection.execute("create schema raw_shop")
        connection.execute("create table raw_shop.things as select 'x' as name, 1 as size")


def _whole_backups() -> Any:
    folders = sorted(_backups().glob("[!.]*"))
    assert all(damage(folder) == [] for folder in folders)
    return bool(folders)


def _lost() -> None:
    _to_back_up()
    back_up(_backups())
    shutil.rmtree(data_folder())


def _restore() -> None:
    restore(newest(_backups()))


def _restored() -> Any:
    """Return what readers see, or nothing if the data folder holds nothing."""
    return _seen_publication() if published_folder().exists() else None


OPERATIONS = [
    Operation(
        "publish",
        "while a made-up publication is published",
        _published(2),
        lambda: made_up.publish("v3", 3),
        _seen_publication,
        _versions,
    ),
    Operation(
        "prune",
        "while old versions are pruned",
        _published(6),
        lambda: made_up.publish("v7", 7),
        _seen_publication,
        _versions,
    ),
    Operation(
        "roll back",
        "while a made-up publication is rolled back",
        _published(3),
        lambda: roll_back()[0].name,
        _seen_publication,
        _versions,
        is_repeated=False,
    ),
    Operation(
        "load", "while a made-up file is loaded", _load(FIRST), _load(SECOND), _rows, _receipt
    ),
    Operation(
        "release",
        "while a made-up publication is released",
        _released,
        _release,
        _releases,
        _checksums,
    ),
    Operation(
        "back up",
        "while a backup is made",
        _to_back_up,
        lambda: back_up(_backups()).files > 0,
        _whole_backups,
        lambda: _hidden(_backups()),
        is_repeated=False,
    ),
    Operation(
        "restore",
        "while a backup is restored",
        _lost,
        _restore,
        _restored,
        lambda: [_restored(), _rows(), _hidden(data_folder().parent)],
        is_repeated=False,
    ),
]
