"""Show that a long task is running: a spinner on a terminal, one plain line elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ontime.terminal.console import Console


@contextmanager
def progress(console: Console, label: str) -> Iterator[Callable[[str], None]]:
    """Show a label while the block runs; the yielded function changes the label.

    If the console is not a terminal, the label is printed once as a plain line.
    """
    if not console.is_terminal:
        console.print(f"{label} ...")
        yield lambda _text: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label)
        yield lambda text: bar.update(task, description=text)
