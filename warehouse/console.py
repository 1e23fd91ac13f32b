"""Write to the terminal: text that comes from files, publishers or data cannot steer it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console as RichConsole
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

# Control characters (C0 but tab and line feed, delete, C1), line and paragraph separators, marks
# that turn the direction of writing, halves of surrogate pairs, and what XML cannot hold.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def printable(text: str) -> str:
    r"""Return a text with what could steer a terminal or a page written out, such as `\x1b`."""
    return _UNSAFE.sub(_written_out, text)


def one_line(text: str) -> str:
    r"""Return a text as `printable` does, on one line."""
    return printable(text).replace("\n", "\\n")


class Console(RichConsole):
    """A console on which outside text is printable, whatever prints it."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text as Rich lays it out, so that widths are those of what is shown."""
        return super().render_str(printable(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is to be written; only Rich's own controls pass unchanged."""
        for segment in super().render(renderable, options):
            if segment.control or not _UNSAFE.search(segment.text):
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


def output(**options: Any) -> Console:
    """Return the console of what a command says."""
    return Console(highlight=False, emoji=False, **{"soft_wrap": True, **options})


def errors(**options: Any) -> Console:
    """Return the console of what goes wrong."""
    return output(stderr=True, **options)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004
