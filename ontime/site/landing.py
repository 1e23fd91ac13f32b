"""Write the landing page: what the site offers, in the order in which a newcomer needs it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ontime.site.pages import frame

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ontime.site.boards import Board
    from ontime.site.documents import Document
    from ontime.site.reader import Facts

_ABOUT = "The answers, what they rest on, and how to go on from there."


def landing(
    boards: list[Board], written: list[Document], facts: Facts, front: str, empty: Collection[str]
) -> str:
    """Return the landing page; it begins with `front`, the answer to its title.

    `empty` has the addresses of pages about flights that are not loaded.
    """
    groups = [
        (
            "1. Look",
            f"{facts.scope}: one page for each question.",
            [
                (
                    board.title,
                    board.address,
                    f"{board.notes} Not loaded yet." if board.address in empty else board.notes,
                )
                for board in boards
            ],
        )
    ]
    for number, (group, about) in enumerate(_GROUPS, start=2):
        cards = [(doc.title, doc.address, doc.about) for doc in written if doc.group == group]
        if cards:
            groups.append((f"{number}. {group}", about, cards))
    body = "".join(
        f"<section><h2>{title}</h2><p class='text'>{escape(about)}</p>{_cards(cards)}</section>"
        for title, about, cards in groups
    )
    body = front + body
    return frame("How punctual are flights?", body, address="index.html", about=_ABOUT, facts=facts)


_GROUPS = [
    ("Understand", "What the numbers mean, and where each of them comes from."),
    ("Use", "Guides by role, to work with the data yourself."),
    ("Go deep", "How the tables are made, column by column."),
]


def _cards(cards: Iterable[tuple[str, str, str]]) -> str:
    return (
        '<ul class="steps">'
        + "".join(
            f'<li><a href="{address}"><strong>{escape(title)}</strong>{escape(about)}</a></li>'
            for title, address, about in cards
        )
        + "</ul>"
    )
