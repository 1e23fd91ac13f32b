"""Where a lake lies: a local folder, or a folder in an object store.

Any store that fsspec knows: `s3://bucket/lake`, `gs://...`, `abfs://...`. Its driver, such as s3fs,
is not installed with the project. Keys and addresses come from fsspec's own configuration, so that
none is in the project: FSSPEC_S3_KEY, FSSPEC_S3_ENDPOINT_URL, or the store's usual variables.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import filelock
import fsspec  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from ontime.storage.paths import data_folder

SETTING = "ONTIME_LAKE"
# what the name of a file ends in until all of it is written
DRAFT = ".part"
# taken for a folder, it would be made here; a single letter is a drive of Windows
_LACKS_A_SLASH = re.compile(r"[a-z][a-z0-9+]+:/?(?!/)")


class PlaceError(Exception):
    """A lake cannot be reached; the message says why."""


class Place:
    """A folder of files that are written once, and of a few that are replaced in one step."""

    def __init__(self, address: str | Path) -> None:
        """Find the file system of an address; nothing is read or written.

        Raises:
            PlaceError: no driver for it is installed, it is no address, or it is a file.

        """
        self.address = str(address)
        if _LACKS_A_SLASH.match(self.address):
            raise PlaceError(
                f"The lake {self.address} is neither a folder nor an address: write two slashes, "
                "as in s3://bucket/lake."
            )
        try:
            self._files, root = fsspec.core.url_to_fs(self.address)
        except (ImportError, ValueError) as error:
            raise PlaceError(
                f"The lake {self.address} cannot be reached: {error}. Name a folder, or an address "
                "whose driver is installed."
            ) from None
        self._root = str(root).rstrip("/")
        if self.is_local and Path(self._root).exists() and not Path(self._root).is_dir():
            raise PlaceError(f"The lake {self.address} is a file: name a folder, or an address.")

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._files, LocalFileSystem)

    @property
    def location(self) -> str:
        """The address as an engine takes it: an absolute path, or that of an object store."""
        return self._root if self.is_local else self.address.rstrip("/")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from writing meanwhile, where the lake is a folder.

        Raises:
            PlaceError: another one is writing.

        """
        if not self.is_local:
            yield
            return
        Path(self._root).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(f"{self._root}/.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise PlaceError(
                f"Another process is writing to the lake {self.address}: try again when it is done."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def changed_at(self, name: str) -> datetime | None:
        """Return when a file was written, or None if its store does not say."""
        try:
            found: datetime = self._files.modified(self._path(name))
        except NotImplementedError:
            return None
        return found

    def read(self, name: str) -> str | None:
        """Return the text of a file, or None if there is none."""
        try:
            return bytes(self._files.cat_file(self._path(name))).decode("utf-8")
        except FileNotFoundError:
            return None

    def replace(self, name: str, text: str) -> None:
        """Write a text in place of what a file holds: a reader sees one or the other."""
        path = self._path(name)
        if not self.is_local:  # an object appears when all of it has arrived
            self._files.pipe_file(path, text.encode("utf-8"))
            return
        with self.writing(name) as draft:
            draft.write_text(text, encoding="utf-8")

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Yield the local file to write a file to, which is in its place only when it is whole.

        What a process that is killed leaves in a folder has a name that ends in `DRAFT`.
        """
        path = self._path(name)
        if self.is_local:
            draft = Path(f"{path}{DRAFT}")
            draft.parent.mkdir(parents=True, exist_ok=True)
            yield draft
            draft.replace(path)
        else:  # an object appears when all of it has arrived
            with tempfile.TemporaryDirectory(prefix="ontime-lake-") as folder:
                draft = Path(folder) / "draft"
                yield draft
                self.put(draft, name)

    def put(self, file: Path, name: str) -> None:
        """Copy a local file to a place of its own."""
        path = self._path(name)
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._files.put_file(str(file), path)

    def copy(self, name: str, other: str) -> None:
        """Copy a file within the lake."""
        path = self._path(other)
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._files.copy(self._path(name), path)

    def fetch(self, name: str, file: Path) -> None:
        """Copy a file to this machine."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._files.get_file(self._path(name), str(file))

    def names(self, folder: str) -> list[str]:
        """Return the names of all files under a folder, with the folder."""
        self._files.invalidate_cache()
        found = self._files.find(self._path(folder))
        return sorted(str(path)[len(self._root) + 1 :] for path in found)

    def remove(self, name: str) -> None:
        """Remove a file and, on this machine, the folders that it leaves empty."""
        self._files.rm_file(self._path(name))
        if self.is_local:
            folder = Path(self._path(name)).parent
            while folder != Path(self._root) and not any(folder.iterdir()):
                folder.rmdir()
                folder = folder.parent

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root


def usual_lake() -> str:
    """Return the address of the lake: ONTIME_LAKE, or `lake` in the data folder."""
    return os.environ.get(SETTING) or str(data_folder() / "lake")
