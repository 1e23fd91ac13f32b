"""Say what a file in a folder is, if it belongs to no source. What it holds is never quoted."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

from ingest.reading.packing import UNREADABLE
from ingest.reading.pages import page_title

_START_BYTES = 1 << 14
# what data can be called, a download that is not finished included
_DATA_SUFFIXES = (
    *(".csv", ".tsv", ".tab", ".tdf", ".txt", ".asc", ".dat", ".psv", ".json", ".jsonl", ".ndjson"),
    *(".xml", ".parquet", ".pq", ".feather", ".arrow", ".ipc", ".orc", ".avro"),
    *(".h5", ".hdf5", ".nc", ".npy", ".npz", ".pkl", ".pickle", ".mat"),
    *(".zip", ".gz", ".gzip", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".z", ".br"),
    *(".7z", ".rar", ".tar"),
    *(".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".numbers", ".dbf", ".mdb", ".accdb"),
    *(".db", ".sqlite", ".sqlite3", ".duckdb", ".sas7bdat", ".xpt", ".sav", ".dta"),
    *(".rds", ".rda", ".rdata", ".crdownload", ".part", ".partial", ".download", ".opdownload"),
)
_NO_DATA = ("readme", "notes")
_SIDECARS = (".csv.json", ".zip.json")
_ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar")
_OF_SPREADSHEETS = ("[Content_Types].xml", "xl/", "content.xml")
_ENCRYPTED = 0x1
_PACKED = "is compressed with {}: unpack it"
_FOREIGN = "is {}: only the publishers' own files load, as csv or zip"
_FOREIGN_TEXT = "is not a file of any source: its first line names none of their columns"
_RETURNS_ALONE = "ends its lines with carriage returns alone: save it with line feeds"
_BY_FIRST_BYTES = {
    b"\x1f\x8b": _PACKED.format("gzip"),
    b"BZh": _PACKED.format("bzip2"),
    b"\xfd7zXZ": _PACKED.format("xz"),
    b"\x28\xb5\x2f\xfd": _PACKED.format("zstd"),
    b"7z\xbc\xaf": _PACKED.format("7-Zip"),
    b"Rar!": _PACKED.format("RAR"),
    b"PAR1": _FOREIGN.format("a Parquet file"),
    b"ARROW1": _FOREIGN.format("an Arrow file"),
    b"FEA1": _FOREIGN.format("a Feather file"),
    b"\xd0\xcf\x11\xe0": _FOREIGN.format("a spreadsheet"),
    b"SQLite format 3": _FOREIGN.format("an SQLite database"),
    b"ORC": _FOREIGN.format("an ORC file"),
    b"Obj\x01": _FOREIGN.format("an Avro file"),
    b"\x89HDF": _FOREIGN.format("an HDF5 file"),
    b"{": _FOREIGN.format("JSON"),
    b"[": _FOREIGN.format("JSON"),
    b"<?xml": _FOREIGN.format("XML"),
    codecs.BOM_UTF16_LE: "is UTF-16 text: save it as UTF-8",
    codecs.BOM_UTF16_BE: "is UTF-16 text: save it as UTF-8",
}


def is_data(path: Path) -> bool:
    """Return whether a file is called like one with data, which a user may expect to load."""
    name = path.name.lower()
    # what lies beside a file that landed on another machine
    is_sidecar = name.endswith(_SIDECARS)
    return name.endswith(_DATA_SUFFIXES) and not is_sidecar and not name.startswith(_NO_DATA)


def why_foreign(path: Path) -> str:
    """Return what a file is that no source recognises, and what to do about it."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not start:
        return "is empty: download it again"
    title = page_title(start)
    if title is not None:
        titled = f" titled “{title}”" if title else ""
        return f"is a web page{titled} and no data: download it again"
    if start.startswith(b"PK"):
        return _why_foreign_archive(path)
    return next(
        (reason for magic, reason in _BY_FIRST_BYTES.items() if start.startswith(magic)),
        _FOREIGN_TEXT if b"\n" in start or b"\r" not in start else _RETURNS_ALONE,
    )


def _why_foreign_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except UNREADABLE:
        return "is a zip archive that is cut short or damaged: download it again"
    names = [member.filename for member in members]
    if any(name.startswith(_OF_SPREADSHEETS) for name in names):
        return _FOREIGN.format("a spreadsheet")
    if not names:
        return "is a zip archive that holds nothing"
    if any(member.flag_bits & _ENCRYPTED for member in members):
        return "is a zip archive with a password: unpack it into the folder"
    if any(name.lower().endswith(_ARCHIVES) for name in names):
        return "is a zip archive with archives in it: unpack it into the folder"
    return "is a zip archive without a table of flights or the registry: unpack what should load"
