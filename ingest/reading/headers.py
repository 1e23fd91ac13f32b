"""Match a file's header line to the declaration of its table."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.declarations import Column, Table
from ingest.errors import RefusedFileError
from ingest.reading.lines import Dialect, split_fields


@dataclass(frozen=True)
class Layout:
    """The position of each declared column in a file.

    `names` are the names under which faults are reported, one for each field of a line. `kept` maps
    positions to declared columns. `unnamed` are the positions of fields without a name, such as
    after a comma at the end of the header; these fields must be empty. `unknown` are the names in
    the file that are not declared.
    """

    names: tuple[str, ...]
    kept: dict[int, Column]
    unnamed: tuple[int, ...]
    unknown: list[str]


def read_header(line: bytes, table: Table, file_name: str) -> Layout:
    """Find the declared columns in a header line.

    Raises:
        RefusedFileError: a required column is missing, or a name occurs twice.

    """
    if not line:
        raise RefusedFileError(f"{file_name} is empty.")
    text = line.removeprefix(codecs.BOM_UTF8).decode(table.encoding)
    fields = [field.strip() for field in split_fields(text, Dialect(table.encoding, table.quoted))]
    kept = _matched(fields, table.columns)
    names = [kept[place].name if place in kept else field for place, field in enumerate(fields)]
    doubled = sorted(name for name, times in Counter(names).items() if name and times > 1)
    found = set(kept.values())
    missing = [column.name for column in table.columns if column.required and column not in found]
    if missing:
        raise RefusedFileError(
            f"{file_name} lacks the required column{'s' * (len(missing) > 1)} "
            f"{', '.join(missing)} of {table.name}; its header reads: {text.strip()[:200]}"
        )
    if doubled:
        raise RefusedFileError(f"{file_name} names a column more than once: {', '.join(doubled)}.")
    return Layout(
        names=tuple(
            kept[place].raw_name if place in kept else name for place, name in enumerate(names)
        ),
        kept=kept,
        unnamed=tuple(place for place, name in enumerate(names) if not name),
        unknown=[field for place, field in enumerate(fields) if field and place not in kept],
    )


def _matched(fields: list[str], columns: Iterable[Column]) -> dict[int, Column]:
    """Return the declared columns by their position in the header.

    A name that differs only in case is matched to a column only if the exact name is not in the
    header too and no other column could be meant.
    """
    exact = {name: column for column in columns for name in (column.name, *column.aliases)}
    kept = {place: exact[field] for place, field in enumerate(fields) if field in exact}
    folded: dict[str, set[Column]] = {}
    for name, column in exact.items():
        folded.setdefault(name.casefold(), set()).add(column)
    present = set(kept.values())
    for place, field in enumerate(fields):
        meant = folded.get(field.casefold(), set())
        if place not in kept and len(meant) == 1 and not meant & present:
            kept[place] = next(iter(meant))
    return dict(sorted(kept.items()))
