"""The recorded results: docs/certificate.json, and the table in docs/certificate.md.

The table holds only what was really run. Each row names the state of the code that it is about: all
of it takes hours, and a row stays until its fault is injected into a newer state about as often.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
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
    code: str = ""


# a row with as many replaces an older one that has more
_ENOUGH = 10


def read() -> dict[str, Any]:
    """Return the results as they are recorded."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def recorded(about: dict[str, str], rows: list[Row]) -> dict[str, Any]:
    """Return results as they are recorded, with the date and the code that they are about."""
    named = [replace(row, code=row.code or about["code"]) for row in rows]
    return {**about, "rows": [asdict(row) for row in named]}


def merged(older: dict[str, Any], newer: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """Return newer results, with the older rows of what was not injected again, or far less often.

    Arguments:
        older: results that were recorded before.
        newer: the results of the present code.
        faults: every fault that there is, in the order of the table; rows of others are dropped.

    """
    of_older = {row["fault"]: {"code": older["code"], **row} for row in older["rows"]}
    of_newer = {row["fault"]: row for row in newer["rows"]}
    rows = []
    for fault in faults:
        before, now = of_older.get(fault), of_newer.get(fault)
        if before and now:
            is_enough = now["times"] >= min(before["times"], _ENOUGH) or "**" in now["outcome"]
            rows.append(now if is_enough else before)
        elif one := now or before:
            rows.append(one)
    return {**newer, "rows": rows}


def write(results: dict[str, Any]) -> None:
    """Record results, and write the table into the page."""
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_TABLE.sub(lambda _: table(results), page), encoding="utf-8")


def table(results: dict[str, Any]) -> str:
    """Return the results as Markdown; each number names the fact behind it, as in all guides."""
    lines = [
        f"As of {results['date']}: {_marked(kills(results), 'kills')} kills. *Old* and *new* are "
        "how often readers saw the state before and the state after; *code* is the state of the "
        f"project that was run, the last one {results['code']}.",
        "",
        "| fault | times | old | new | outcome | run it again | code |",
        "|---|---:|---:|---:|---|---|---|",
    ]
    for number, row in enumerate(results["rows"]):
        counts = [_marked(row[name], f"{number}.{name}") for name in ("times", "old", "new")]
        code = f"`{row['code'].strip('`')[:7]}`"  # a narrow column
        cells = [row["fault"], *counts, row["outcome"], row["again"], code]
        lines.append(f"| {' | '.join(cells)} |")
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
