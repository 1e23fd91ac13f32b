"""Serve a folder of pages to browsers on this machine only."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_THIS_MACHINE = "127.0.0.1"


class FolderOnly(SimpleHTTPRequestHandler):
    """Serves the files of its folder, and logs nothing."""

    def send_head(self) -> Any:
        """Refuse everything except files of the folder itself: no links out of it, no listing."""
        if not self._is_inside():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def _is_inside(self) -> bool:
        """Return whether the path, with links followed, leads to something in the folder."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        try:
            return path.resolve(strict=True).is_relative_to(Path(self.directory).resolve())
        except (OSError, RuntimeError, ValueError):  # not found, a loop of links, a null byte
            return False

    def list_directory(self, path: str | os.PathLike[str]) -> None:  # noqa: ARG002
        """Refuse to list a folder."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""

    def end_headers(self) -> None:
        """Make browsers ask again each time, because the site may have been rebuilt."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def serve(folder: Path, port: int, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; call `tell` with the address once the server answers.

    Raises:
        OSError: the port is taken or forbidden.

    """
    handler = partial(FolderOnly, directory=str(folder))
    with ThreadingHTTPServer((_THIS_MACHINE, port), handler) as server:
        tell(f"http://{_THIS_MACHINE}:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
