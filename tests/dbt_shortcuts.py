"""Spare dbt two pieces of work whose results nothing reads: a seventh of the cost of its tests.

For each argument of a generic test, dbt copies the whole context of Jinja, about 1,600 macros, to
read one or two of them. For each event, it formats a line and searches it for secrets, and only
then asks whether anybody wants lines of that level. Both are the same to whoever looks at the
outcome (tests/gate/test_dbt_shortcuts.py).
"""

from __future__ import annotations

import logging
from collections import ChainMap
from typing import Any

from dbt_common.clients import jinja
from dbt_common.events import logger

_LEVELS = {
    "test": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}


def take_shortcuts() -> None:
    """Replace the two functions in this process, and so in its forks."""
    jinja.NativeSandboxTemplate.render = _render  # type: ignore[method-assign]
    logger._Logger.write_line = _write_line  # type: ignore[method-assign]


def take_none() -> None:
    """Give this process dbt's own functions back."""
    jinja.NativeSandboxTemplate.render = _plain_render  # type: ignore[method-assign]
    logger._Logger.write_line = _plain_write_line  # type: ignore[method-assign]


_plain_render = jinja.NativeSandboxTemplate.render
_plain_write_line = logger._Logger.write_line


def _render(self: jinja.NativeSandboxTemplate, context: Any) -> Any:
    try:
        looked_up = self.new_context(ChainMap(context, self.globals), shared=True)  # type: ignore[arg-type]
        return jinja.quoted_native_concat(self.root_render_func(looked_up))
    except Exception:  # as dbt does: Jinja rewrites the traceback and raises it
        return self.environment.handle_exception()


def _write_line(self: logger._Logger, msg: Any) -> None:
    writer = self._python_logger
    wanted = writer is None or writer.isEnabledFor(_LEVELS[msg.info.level])
    if wanted or logger._is_print_event(msg):
        _plain_write_line(self, msg)
