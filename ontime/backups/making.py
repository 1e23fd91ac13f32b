"""Make a backup: a folder of its own, which exists only when it is complete."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ontime.backups.contents import DATA, LINKS, SUMS, BackupError, check_room, kept
from ontime.publishing.versions import sha256
from ontime.storage.lock import hold_warehouse, release_warehouse
from ontime.storage.paths import data_folder, warehouse_file


@dataclass(frozen=True)
class Backup:
    """A finished backup."""

    folder: Path
    files: int
    size: int


def back_up(target: Path) -> Backup:
    """Copy the data folder into a new folder below `target`, while nothing writes to it.

    Publications are not in use by anyone but readers, so they can stay open.

    Raises:
        BackupError: there is nothing to back up, or too little room.
        WarehouseBusyError: another process writes the warehouse.
        OSError: a file cannot be read or written.
        duckdb.Error: the warehouse is damaged.

    """
    data = data_folder()
    if not data.is_dir() or not any(kept(data)):
        raise BackupError(f"There is nothing to back up in {data}.")
    if target.resolve().is_relative_to(data.resolve()):
        raise BackupError(
            f"{target} is within {data}: a backup there would be lost with it. Name a folder on "
            "another disk."
        )
    took = hold_warehouse(warehouse_file())
    try:
        _fold_in_the_log()
        return _copy(data, target)
    finally:
        if took:
            release_warehouse(warehouse_file())


def _fold_in_the_log() -> None:
    """Write what a killed process left in the write-ahead log into the warehouse itself."""
    if warehouse_file().exists():
        with duckdb.connect(str(warehouse_file())) as connection:
            connection.execute("checkpoint")


def _copy(data: Path, target: Path) -> Backup:
    target.mkdir(parents=True, exist_ok=True)
    for left in target.glob(".*.making"):
        shutil.rmtree(left)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    if (target / name).exists():
        raise BackupError(f"{target / name} was made within this second: try again.")
    check_room(data, target, "backup")
    draft = target / f".{name}.making"
    try:
        sizes, links, lines = 0, {}, []
        for path in kept(data):
            source, copied = data / path, draft / DATA / path
            if source.is_symlink():
                links[path.as_posix()] = os.readlink(source)  # noqa: PTH115 - one step only
                continue
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copied)
            shutil.copystat(source, copied)
            digest = sha256(copied)
            lines.append(f"{digest}  {(Path(DATA) / path).as_posix()}\n")
            sizes += copied.stat().st_size
            _flush(copied)
        draft.mkdir(parents=True, exist_ok=True)
        for file, text in ((LINKS, json.dumps(links, indent=2) + "\n"), (SUMS, "".join(lines))):
            (draft / file).write_text(text, encoding="utf-8")
            _flush(draft / file)
        draft.rename(target / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _flush(target)
    return Backup(target / name, len(lines), sizes)


def _flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
