"""Requirements of some tests on the machine, beyond the locked packages.

If one is missing, its tests are skipped, each with the reason, and counted at the end. If
ONTIME_REQUIRE names it, as `.ci/run` does, they fail instead, so that continuous integration never
passes with tests skipped.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

import pytest

# by the name that ONTIME_REQUIRE uses: what the requirement is, and how to get it
REQUIREMENTS = {
    "postgresql": "a PostgreSQL server (Debian: apt-get install postgresql)",
    "chromium": "a Chromium browser (Debian: apt-get install chromium)",
    "browser-sql": "DuckDB for browsers (make browser-sql, which needs npm)",
    "drivers": "the oldest and the newest DuckDB driver (make drivers)",
    "compiler": "a C compiler (Debian: apt-get install build-essential)",
    "dagster": "Dagster in its own environment (make .venv-dagster/.installed)",
    "superset": "Superset in its own environment (make .venv-superset/.installed)",
    "standards": "the open standards (make .venv-standards/.installed)",
    "spark": "Java 17, and Apache Spark in its own environment (make .venv-spark/.installed)",
}

_NEEDS = "needs "


def lacking(name: str, found: str) -> NoReturn:
    """Skip a test because a requirement is missing, or fail it if the requirement is mandatory."""
    sentence = f"{_NEEDS}{REQUIREMENTS[name]}: {found}"
    if name in os.environ.get("ONTIME_REQUIRE", "").replace(",", " ").split():
        pytest.fail(f"{sentence}; ONTIME_REQUIRE asks for it", pytrace=False)
    pytest.skip(sentence)


def counted(reports: Iterable[Any]) -> list[str]:
    """Return a sentence for each missing requirement that caused tests to be skipped."""
    reasons = (
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in reports
        if isinstance(report.longrepr, tuple)
    )
    counts = Counter(reason for reason in reasons if reason.startswith(_NEEDS))
    return [f"skipped: {count}, each {reason}" for reason, count in sorted(counts.items())]
