"""A port to serve on: the wanted one or none, and without a wish any that is free."""

from __future__ import annotations

import socket

from ontime.terminal.ports import free_port


def test_a_port_that_is_taken_is_never_returned() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(taken, usual=0) is None
        assert free_port(None, usual=taken) not in {None, taken}
    assert free_port(taken, usual=0) == taken
