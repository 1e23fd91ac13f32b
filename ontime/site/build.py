"""Build the whole site into a folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ontime.site import documents, explore, fonts, pages, renderer, search
from ontime.site.boards import read_boards
from ontime.site.cards import pages as cards
from ontime.site.cards.subjects import links
from ontime.site.front import front
from ontime.site.landing import landing
from ontime.site.reader import Reader
from ontime.site.sql import page as sql
from ontime.storage.reader import open_published

if TYPE_CHECKING:
    from ontime.site.boards import Board
    from ontime.site.markup import Links
    from ontime.site.reader import Facts, Row


@dataclass(frozen=True)
class Built:
    """What a build has written."""

    folder: Path
    page_count: int
    byte_count: int


def build(folder: Path, published: Path, *, is_quick: bool = False) -> Built:
    """Write the site; `is_quick` leaves out the parts that need dbt (docs and lineage).

    The site is built in a temporary folder and put in place as a whole.

    Raises:
        ReaderError: nothing is published, or the file cannot be read.
        BoardError: a board is missing something that a page needs.
        RenderError: a chart cannot be drawn.
        EngineError: a file of DuckDB for browsers is not the locked one.

    """
    reader = Reader(open_published(published))
    with tempfile.TemporaryDirectory(prefix="ontime-site-") as scratch:
        made = Path(scratch) / "site"
        (made / "assets").mkdir(parents=True)
        boards = read_boards()
        facts = reader.facts()
        rows = {board.path: pages.read_charts(board, reader) for board in boards}
        empty = {board.address for board in boards if not pages.is_loaded(board, rows[board.path])}
        # a page about flights that are not loaded is the last of its list, and not in the menu
        boards.sort(key=lambda board: board.address in empty)
        menu = [
            ("Start", "index.html"),
            (explore.TITLE, explore.ADDRESS),
            (sql.TITLE, sql.ADDRESS),
            *((board.title, board.address) for board in boards if board.address not in empty),
        ]
        tables = cards.read(reader)
        found = cards.subjects_of(tables)
        cards.write(made, tables, found, menu, facts)
        explore.write(made, reader, found, menu, facts)
        sql.write(made, published, menu, facts)
        to_cards = links(found, "../")
        _dashboards(
            made, rows, boards, facts, Path(scratch) / "renderer", menu=menu, to_cards=to_cards
        )
        written = documents.write(made, reader, is_quick=is_quick)
        search.write(
            made,
            reader,
            found,
            [
                *((title, address, "") for title, address in menu[:3]),
                *((board.title, board.address, board.notes) for board in boards),
                *((each.title, each.address, each.about) for each in written),
            ],
        )
        first = front(boards, reader, links(found, ""), facts)
        (made / "index.html").write_text(landing(boards, written, facts, first, empty), "utf-8")
        # a host such as GitHub Pages must serve the files unchanged
        (made / ".nojekyll").touch()
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(made, folder)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Built(folder, len(list(folder.rglob("*.html"))), sum(sizes))


def _dashboards(  # noqa: PLR0913 (pages are made from this many things)
    made: Path,
    rows: dict[Path, dict[str, list[Row]]],
    boards: list[Board],
    facts: Facts,
    scratch: Path,
    *,
    menu: list[tuple[str, str]],
    to_cards: Links,
) -> None:
    wanted = [d for board in boards for d in pages.drawings(board, rows[board.path])]
    drawn = renderer.draw(wanted, scratch)
    (made / "assets" / "fonts.css").write_text(fonts.style_sheet(), encoding="utf-8")
    for name in ("site.css", "site.js", "figures.js"):
        text = files("ontime.site").joinpath(f"assets/{name}").read_text(encoding="utf-8")
        (made / "assets" / name).write_text(text, encoding="utf-8")
    for board in boards:
        covered = pages.facts_of(board, rows[board.path], facts)
        page = pages.frame(
            board.title,
            pages.content(board, rows[board.path], drawn, covered, to_cards),
            address=board.address,
            menu=menu,
            about=board.notes,
            facts=covered,
        )
        path = made / board.address
        path.parent.mkdir(exist_ok=True)
        path.write_text(page, encoding="utf-8")
