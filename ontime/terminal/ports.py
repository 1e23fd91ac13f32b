"""Find a port of this machine to serve on."""

from __future__ import annotations

import socket


def free_port(wanted: int | None, usual: int) -> int | None:
    """Return the wanted port, else the usual or any free one; None if the wanted one is taken."""
    for port in [usual, 0] if wanted is None else [wanted]:
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trying.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(trying.getsockname()[1])
    return None
