"""The prepared changes: texts to replace in files of the project, and what an impact must find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FLEET = "dbt_project/models/marts/fleet/mart_aircraft_type_age_punctuality.sql"
_BLOCKS = "dbt_project/models/marts/operations/mart_route_month_block_times"


@dataclass(frozen=True)
class Prepared:
    """A change: replacements by file, each a pattern and its text; sentences that it must cause."""

    name: str
    title: str
    replacements: tuple[tuple[str, str, str], ...]
    says: tuple[str, ...]
    says_not: tuple[str, ...] = ()

    def apply(self, root: Path) -> None:
        """Make the change in a copy of the project.

        Raises:
            ValueError: the project does not have the text any more.

        """
        for file, pattern, text in self.replacements:
            path = root / file
            before = path.read_text(encoding="utf-8")
            after, count = re.subn(pattern, text, before, flags=re.MULTILINE)
            if not count:
                raise ValueError(f"{file} does not have {pattern!r} any more")
            path.write_text(after, encoding="utf-8")


PREPARED = (
    Prepared(
        "refactor",
        "A refactor: a CTE renamed, a comment added, a condition written in another way",
        (
            (_FLEET, r"\blabelled_delays\b", "delays_by_age"),
            (_FLEET, r"when age_from_years is not null", "when not age_from_years is null"),
            (_FLEET, r"^select$", "-- one row for each type and class of age\nselect"),
        ),
        ("No data change", "mart_aircraft_type_age_punctuality"),
        ("### Data", "### Breaking"),
    ),
    Prepared(
        "rule",
        "A rule: a day is irregular from a quarter of disrupted departures on, not from a fifth",
        (("dbt_project.yml", r"irregular_day_disrupted_percent: 20",
          "irregular_day_disrupted_percent: 25"),),
        ("mart_airport_day_disruptions", "is_irregular", "mart_irregular_operations_days"),
        ("### Breaking",),
    ),
    Prepared(
        "column",
        "A column of a mart dropped, with its description",
        (
            (f"{_BLOCKS}.sql", r"^    padded.flights_over_schedule,\n", ""),
            (
                "dbt_project/models/marts/operations/_operations__models.yml",
                r"^      - name: flights_over_schedule\n(?:        .*\n)+",
                "",
            ),
        ),
        ("### Breaking", "flights_over_schedule", "docs/questions/mart_route_month_block_times"),
    ),
)  # fmt: skip
