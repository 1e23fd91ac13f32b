"""Read the boards: the YAML files of `dashboards/charts/`, which dbt-charts can also read.

A board is one page. Its `rows` are sections; the title of a section is the question that it
answers. A section's `rows` are charts, or several charts side by side (`cols`). We add six
conventions to those of dbt-charts:

- A chart whose name begins with `answer` is a sentence that its query returns: the answer in words.
- The `notes` of a chart describe it in words, for readers who cannot see it.
- A chart whose name begins with `file` is about the published file, not about flights.
- A query `scope` says what a page covers that is not about the default scope: one row with
  `scope_text`, or none if nothing of it is loaded. Then the page is its first answer alone.
- A chart whose rows have `event_share`, `share_low` and `share_high` is drawn with its intervals.
- The number in a file's name sets the page order; the rest of the name is the page's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

BOARDS = Path("dashboards") / "charts"
_SCOPE = "scope"


class BoardError(Exception):
    """A board cannot become a page: the message says which board, and why."""


@dataclass(frozen=True)
class Chart:
    """One chart, table, number or sentence of a board."""

    name: str
    kind: str
    query: str
    spec: dict[str, Any]
    is_half: bool

    @property
    def is_answer(self) -> bool:
        """Return whether it is a sentence."""
        return self.name.startswith("answer")

    @property
    def is_about_the_file(self) -> bool:
        """Return whether it is about the published file, so that no scope of flights applies."""
        return self.name.startswith("file")

    @property
    def alternative(self) -> str:
        """Return its description in words."""
        return str(self.spec.get("notes") or "")

    @property
    def title(self) -> str:
        """Return its heading, or nothing."""
        return str(self.spec.get("title") or self.spec.get("label") or "")


@dataclass(frozen=True)
class Section:
    """A question and its answer: rows of charts; the charts of a row are side by side."""

    title: str
    text: str
    rows: tuple[tuple[Chart, ...], ...]


@dataclass(frozen=True)
class Board:
    """One page of charts."""

    path: Path
    title: str
    notes: str
    queries: dict[str, dict[str, Any]]
    sections: tuple[Section, ...]

    @property
    def address(self) -> str:
        """Return the page's path in the site."""
        return f"dashboards/{self.path.stem.split('_', 1)[1]}.html"

    @property
    def has_its_own_scope(self) -> bool:
        """Return whether it is about other flights than those of the default scope."""
        return _SCOPE in self.queries

    @property
    def charts(self) -> list[Chart]:
        """Return all of its charts in order."""
        return [chart for section in self.sections for row in section.rows for chart in row]


def read_boards(folder: Path = BOARDS) -> list[Board]:
    """Return the boards of a folder in the order of their numbers."""
    return [read_board(path) for path in sorted(folder.glob("[0-9]*_*.yml"))]


def read_board(path: Path) -> Board:
    """Return the board that a file describes.

    Raises:
        BoardError: the board is missing something that a page needs.

    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    queries = {
        name: {"sql": query} if isinstance(query, str) else dict(query)
        for name, query in content["queries"].items()
    }
    sections = tuple(_section(path, section, content["charts"]) for section in content["rows"])
    board = Board(path, content["title"], content.get("notes", ""), queries, sections)
    for chart in board.charts:
        if chart.query not in queries:
            raise BoardError(f"{path}: the chart {chart.name} asks for no query of this board.")
        if chart.kind not in {"kpi", "table"} and not chart.alternative:
            raise BoardError(f"{path}: the chart {chart.name} lacks `notes`, its words.")
    if unused := content["charts"].keys() - {chart.name for chart in board.charts}:
        raise BoardError(f"{path}: the chart {min(unused)} stands nowhere on the page.")
    return board


def _section(path: Path, content: dict[str, Any], charts: dict[str, Any]) -> Section:
    def chart(name: str, is_half: bool) -> Chart:
        if name not in charts:
            raise BoardError(f"{path}: there is no chart {name}.")
        spec = charts[name]
        return Chart(name, spec["type"], spec["query"], spec, is_half)

    rows: list[tuple[Chart, ...]] = []
    for row in content["rows"]:
        if isinstance(row, str):
            rows.append((chart(row, is_half=False),))
        else:
            rows.append(tuple(chart(name, is_half=True) for name in row["cols"]))
    return Section(content["title"], content.get("text", ""), tuple(rows))
