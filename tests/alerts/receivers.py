"""Receivers on loopback that keep what they get: a webhook, and a mail server."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Webhook(HTTPServer):
    """A web server that keeps the bodies of its requests, and answers with `status`.

    One that `drips` never comes to the end of its answer.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.bodies: list[str] = []
        self.status = 200
        self.drips = False
        self.is_ending = threading.Event()

    def shutdown(self) -> None:
        """Stop, also in the middle of an answer."""
        self.is_ending.set()
        super().shutdown()


class _Post(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        """Keep the body."""
        length = int(self.headers["Content-Length"])
        self.server.bodies.append(self.rfile.read(length).decode())
        self.send_response(self.server.status)
        self.flush_headers()
        while self.server.drips and not self.server.is_ending.wait(0.2):
            self.wfile.write(b"X-More: follows\r\n")
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Print nothing."""


class Mail(socketserver.TCPServer):
    """A mail server that keeps the mails that it accepts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[str] = []


class _Smtp(socketserver.StreamRequestHandler):
    server: Mail

    def handle(self) -> None:
        """Speak as much SMTP as a client needs to deliver a mail."""
        self._say("220 here")
        while word := self.rfile.readline().decode()[:4].upper().strip():
            if word == "DATA":
                self._say("354 go on")
                lines = []
                while (line := self.rfile.readline().decode()) not in {".\r\n", ""}:
                    lines.append(line)
                self.server.mails.append("".join(lines))
            self._say("221 bye" if word == "QUIT" else "250 good")
            if word == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Serve in a thread until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
