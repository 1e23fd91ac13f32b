"""Show a folder of pages to browsers on this machine, and to no other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_THIS_MACHINE = "127.0.0.1"


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and reports none of it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def end_headers(self) -> None:
        """Have browsers ask again each time, since the site may have been built anew."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def serve(folder: Path, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` is called with the address once it answers.

    Raises:
        OSError: the port is taken or forbidden.

    """
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer((_THIS_MACHINE, port), handler) as server:
        tell(f"http://{_THIS_MACHINE}:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
