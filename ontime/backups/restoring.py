"""Restore a backup into an empty data folder, and verify what was restored."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from ontime.backups.contents import (
    DATA,
    BackupError,
    check_room,
    checksums,
    damage,
    is_empty,
    links,
)
from ontime.publishing.placement import in_place
from ontime.publishing.verification import verify
from ontime.storage.lock import hold_warehouse, release_warehouse
from ontime.storage.paths import data_folder, warehouse_file


def newest(target: Path) -> Path:
    """Return the newest backup below a folder, or the folder if it is a backup itself.

    Raises:
        BackupError: there is none.

    """
    if (target / DATA).is_dir():
        return target
    found = sorted(place.parent for place in target.glob(f"[!.]*/{DATA}"))
    if not found:
        raise BackupError(f"There is no backup in {target}.")
    return found[-1]


def restore(backup: Path) -> None:
    """Restore a backup. The data folder holds all of it, or nothing.

    Raises:
        BackupError: the backup is damaged, the data folder is not empty, or the disk too small.
        WarehouseBusyError: another process writes the warehouse.
        OSError: a file cannot be read or written.

    """
    data = data_folder().resolve()
    if found := damage(backup):
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""  # noqa: PLR2004 - a few
        raise BackupError(
            f"The backup {backup} is damaged ({', '.join(found[:3])}{more}), so nothing was "
            "restored: take another one."
        )
    if data.is_dir() and not is_empty(data):
        raise BackupError(
            f"The data folder {data} is not empty, so nothing was restored: move it away, or name "
            "another with ONTIME_DATA_DIR."
        )
    draft = data.with_name(f".{data.name}.restoring")
    if draft.exists():
        shutil.rmtree(draft)
    data.mkdir(parents=True, exist_ok=True)
    took = hold_warehouse(warehouse_file())
    try:
        check_room(backup / DATA, data.parent, "restore")
        _copy(backup, draft)
        for path, target in links(backup).items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).symlink_to(target)
        _check(draft)
        shutil.rmtree(data)
        draft.rename(data)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    finally:
        if took:
            release_warehouse(warehouse_file())


def _copy(backup: Path, draft: Path) -> None:
    """Copy the files of a backup, and stop at the first that cannot be written."""
    for path in checksums(backup):
        copied = draft / Path(path).relative_to(DATA)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(backup / path, copied)


def _check(restored: Path) -> None:
    """Open what was restored as its users do.

    Raises:
        BackupError: the warehouse cannot be opened, or readers would not see what was published.

    """
    before = os.environ.get("ONTIME_DATA_DIR")
    os.environ["ONTIME_DATA_DIR"] = str(restored)
    try:
        if warehouse_file().exists():
            duckdb.connect(str(warehouse_file()), read_only=True).close()
        found = verify() if in_place() else []
    except duckdb.Error as error:
        found = [str(error).splitlines()[0]]
    finally:
        if before is None:
            del os.environ["ONTIME_DATA_DIR"]
        else:
            os.environ["ONTIME_DATA_DIR"] = before
    if found:
        raise BackupError(
            f"What the backup holds was not sound when it was made ({'; '.join(found)}), so "
            "nothing was restored: take another one."
        )
