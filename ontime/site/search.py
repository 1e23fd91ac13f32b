"""Write what the search of the pages finds: an entry for each page, subject, column and metric.

The search itself is in `assets/site.js`. It loads this list when a reader first uses it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ontime.site import guides

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ontime.site.cards.subjects import Subject
    from ontime.site.reader import Reader

# title, kind, address, and more words that find it
Entry = tuple[str, str, str, str]

_METRICS = "metrics.md"


def write(
    made: Path,
    reader: Reader,
    found: Sequence[Subject],
    pages: Iterable[tuple[str, str, str]],
) -> None:
    """Write the entries into the folder of the site; `pages` have a title, address and subject."""
    entries: list[Entry] = [(title, "Page", address, about) for title, address, about in pages]
    entries += [
        (subject.name, f"Report card of the {subject.kind}", subject.address, subject.code)
        for subject in found
    ]
    entries += [
        (name, "Metric", f"{guides.address_of(_METRICS)}#{name}", "")
        for name in re.findall(r"^### (\w+)$", guides.text_of(_METRICS), re.MULTILINE)
    ]
    entries += [
        (row["table_name"], "Table", f"docs/dictionary/{row['table_name']}.html", "")
        for row in reader.rows("select table_name from catalogue.tables order by table_name")
    ]
    entries += [
        (
            row["column_name"],
            f"Column of {row['table_name']}",
            f"docs/dictionary/{row['table_name']}.html#{row['column_name']}",
            row["table_name"],
        )
        for row in reader.rows(
            "select table_name, column_name from catalogue.columns"
            " order by table_name, ordinal_position"
        )
    ]
    content = json.dumps(entries, ensure_ascii=True, separators=(",", ":"))
    (made / "assets" / "search-index.js").write_text(f"window.ontimeIndex={content};\n", "utf-8")
