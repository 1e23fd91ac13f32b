"""Write to the terminal; control characters in text from files, publishers or data are escaped."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console as RichConsole
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

# Control characters (C0 except tab and line feed, delete, C1), line and paragraph separators,
# bidirectional formatting marks, lone surrogates, and characters that XML does not allow.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def printable(text: str) -> str:
    r"""Return a text with control characters escaped, such as `\x1b`."""
    return _UNSAFE.sub(_written_out, text)


def one_line(text: str) -> str:
    r"""Return a text as `printable` does, with line breaks escaped as well."""
    return printable(text).replace("\n", "\\n")


class Console(RichConsole):
    """A console that escapes control characters in everything printed on it."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the escaped text, so that Rich computes widths from what is shown."""
        return super().render_str(printable(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the escaped segments to write; only Rich's own control segments pass unchanged."""
        for segment in super().render(renderable, options):
            if segment.control or not _UNSAFE.search(segment.text):
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Go on without output: whoever stops reading does not decide whether the work is done."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def output(**options: Any) -> Console:
    """Return the console for a command's output."""
    return Console(highlight=False, emoji=False, **{"soft_wrap": True, **options})


def errors(**options: Any) -> Console:
    """Return the console for errors."""
    return output(stderr=True, **options)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004
