"""The recorded results: docs/certificate.json, and the table in docs/certificate.md.

The table holds only what was really run, on the state of the code that is named.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from tests.commands import ROOT

RESULTS = ROOT / "docs" / "certificate.json"
PAGE = ROOT / "docs" / "certificate.md"
_TABLE = re.compile(r"(?<=<!-- results -->\n).*?(?=<!-- end of results -->)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A fault: how often it was injected, what happened, and how to run it again.

    `old` and `new` are how often readers then saw the state before and the state after.
    """

    fault: str
    times: int
    outcome: str
    again: str
    old: int | None = None
    new: int | None = None


def read() -> dict[str, Any]:
    """Return the results as they are recorded."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def recorded(about: dict[str, str], rows: list[Row]) -> dict[str, Any]:
    """Return results as they are recorded, with the date and the code that they are about."""
    return {**about, "rows": [asdict(row) for row in rows]}


def write(results: dict[str, Any]) -> None:
    """Record results, and write the table into the page."""
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: table(results), page), encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """Return the results as Markdown; each number names the fact behind it, as in all guides."""
    lines = [
        f"Run on {results['date']} with the code {results['code']}: "
        f"{_marked(kills(results), 'kills')} kills. *Old* and *new* are how often readers saw the "
        "state before and the state after.",
        "",
        "| fault | times | old | new | outcome | run it again |",
        "|---|---:|---:|---:|---|---|",
    ]
    for number, row in enumerate(results["rows"]):
        counts = [_marked(row[name], f"{number}.{name}") for name in ("times", "old", "new")]
        lines.append(f"| {' | '.join([row['fault'], *counts, row['outcome'], row['again']])} |")
    return "\n".join(lines) + "\n"


def kills(results: dict[str, Any]) -> int:
    """Return the number of kills."""
    return sum(row["times"] for row in results["rows"] if row["fault"].startswith("killed"))


def facts() -> dict[str, float]:
    """Return the numbers of the table, by the names under which the page marks them."""
    results = read()
    found = {"certificate.kills": float(kills(results))}
    for number, row in enumerate(results["rows"]):
        for name in ("times", "old", "new"):
            if row[name] is not None:
                found[f"certificate.{number}.{name}"] = float(row[name])
    return found


def _marked(number: int | None, name: str) -> str:
    return "" if number is None else f"{number:,}<!-- fact: certificate.{name} -->"
