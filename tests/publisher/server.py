"""A publisher on this machine that misbehaves on request.

    with serve({"/a.zip": content}) as server:
        server.misbehave("/a.zip", status(503), truncate(1000))
        ...

The first GET of the file gets the first misbehaviour, the second the second, and later requests are
served properly. An unknown path is answered as the BTS does: 200, and a web page.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import ssl
import struct
import threading
from base64 import b64encode
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import trustme

AUTOMATIC = "automatic"
PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Page Not Found</title></head><body>Sorry.</body></html>\n"
)


@dataclass(frozen=True)
class Published:
    """A file as the publisher offers it."""

    content: bytes
    etag: str | None = None
    last_modified: str | None = None
    content_type: str = "application/octet-stream"


class Asked(NamedTuple):
    """A received request: its path with the query, and its headers, case-insensitive."""

    method: str
    path: str
    headers: Message


Answer = Callable[[dict[str, list[str]]], bytes]
# of a method and the entries that were posted
Dynamic = Callable[[str, dict[str, str]], Published]
Behaviour = Callable[["_Handler", Published], None]


@dataclass
class Server:
    """The published files, and the requests received."""

    url: str
    missing_status: int
    files: dict[str, Published] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    dynamics: dict[str, Dynamic] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    # "user:password"; without this login nothing is answered
    login: str | None = None
    # the root of the server's certificates, and a file that also has the intermediate certificate
    ca_pem: Path | None = None
    whole_chain_pem: Path | None = None
    _misbehaviours: dict[tuple[str, str], deque[Behaviour]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _closing: threading.Event = field(default_factory=threading.Event)

    def put(
        self,
        path: str,
        content: bytes,
        *,
        etag: str | None = AUTOMATIC,
        last_modified: str | None = None,
        content_type: str = "application/octet-stream",
    ) -> None:
        """Publish a file, replacing one on the same path; its ETag is derived from its content."""
        if etag == AUTOMATIC:
            etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        self.files[path] = Published(content, etag, last_modified, content_type)

    def remove(self, path: str) -> None:
        """Withdraw a file."""
        del self.files[path]

    def answer(self, path: str, function: Answer) -> None:
        """Answer requests for a path with a function of the query."""
        self.answers[path] = function

    def dynamic(self, path: str, function: Dynamic) -> None:
        """Answer requests for a path with a function of the method and of what is posted."""
        self.dynamics[path] = function

    def misbehave(self, path: str, *behaviours: Behaviour, method: str = "GET") -> None:
        """Answer the next requests for a path with these misbehaviours, one each."""
        self._misbehaviours[method, path].extend(behaviours)

    def asked(self, path: str, method: str = "GET") -> list[Asked]:
        """Return the requests received for a path."""
        return [
            one
            for one in self.requests
            if (one.method, unquote(urlsplit(one.path).path)) == (method, path)
        ]

    def next_misbehaviour(self, method: str, path: str) -> Behaviour | None:
        """Take the misbehaviour for the next request, if there is one."""
        waiting = self._misbehaviours[method, path]
        return waiting.popleft() if waiting else None

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than the server runs."""
        self._closing.wait(seconds)


@contextmanager
def serve(
    files: Path | Mapping[str, bytes] | None = None,
    *,
    tls: bool = False,
    omit_intermediate: bool = False,
    host: str = "127.0.0.1",
    missing_status: int = HTTPStatus.OK,
) -> Iterator[Server]:
    """Serve the files of a folder or a mapping on a free port until the block ends.

    With `tls` the certificate is for `host`; `omit_intermediate` leaves the intermediate
    certificate out of the chain that is sent.
    """
    with TemporaryDirectory() as folder, _HTTP(("127.0.0.1", 0), _Handler) as http:
        scheme = "https" if tls else "http"
        server = Server(f"{scheme}://127.0.0.1:{http.server_port}", missing_status)
        if tls:
            _encrypt(http, server, Path(folder), host, omit_intermediate)
        for path, content in _contents(files):
            server.put(path, content)
        http.publisher = server
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server._closing.set()
            http.shutdown()
            thread.join()


def status(code: int, *, retry_after: str | None = None) -> Behaviour:
    """Answer with a status and a page."""

    def behave(handler: _Handler, _: Published) -> None:
        headers = {"Retry-After": retry_after} if retry_after is not None else {}
        handler.reply(code, PAGE, {"Content-Type": "text/html", **headers})

    return behave


def html(page: bytes = PAGE, content_type: str = "text/html") -> Behaviour:
    """Answer 200 with a web page."""
    return lambda handler, _: handler.reply(HTTPStatus.OK, page, {"Content-Type": content_type})


def redirect(location: str, code: int = HTTPStatus.FOUND) -> Behaviour:
    """Send the client elsewhere."""
    return lambda handler, _: handler.reply(code, b"", {"Location": location})


def truncate(sent: int) -> Behaviour:
    """Announce the full length, send only the first bytes, and hang up."""

    def behave(handler: _Handler, file: Published) -> None:
        handler.offer(file, most=sent)
        handler.close_connection = True

    return behave


def reset_after(sent: int) -> Behaviour:
    """Send the first bytes of the answer, and reset the connection."""

    def behave(handler: _Handler, file: Published) -> None:
        handler.offer(file, most=sent)
        handler.wfile.flush()
        handler.server.publisher.pause(0.02)  # so that the bytes arrive first
        # closing without lingering causes the reset
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()
        handler.close_connection = True

    return behave


def stall_after(sent: int, seconds: float) -> Behaviour:
    """Send the first bytes of the answer, and stall for a time."""

    def behave(handler: _Handler, file: Published) -> None:
        handler.offer(file, most=sent)
        handler.wfile.flush()
        handler.server.publisher.pause(seconds)
        handler.close_connection = True

    return behave


def ignore_range() -> Behaviour:
    """Send the whole file, whatever range was requested."""
    return lambda handler, file: handler.reply(HTTPStatus.OK, file.content, described(file))


def ignore_if_range() -> Behaviour:
    """Send the requested range, although the file may have changed in between."""

    def behave(handler: _Handler, file: Published) -> None:
        del handler.headers["If-Range"]
        handler.offer(file)

    return behave


def shift_range(by: int) -> Behaviour:
    """Send another range than the requested one."""

    def behave(handler: _Handler, file: Published) -> None:
        start = handler.range_start(file) or 0
        handler.headers.replace_header("Range", f"bytes={start + by}-")
        handler.offer(file)

    return behave


def shorten_range(sent: int) -> Behaviour:
    """Send less than the requested range, and say so."""

    def behave(handler: _Handler, file: Published) -> None:
        start, size = handler.range_start(file) or 0, len(file.content)
        part = {"Content-Range": f"bytes {start}-{start + sent - 1}/{size}"}
        body = file.content[start : start + sent]
        handler.reply(HTTPStatus.PARTIAL_CONTENT, body, {**described(file), **part})

    return behave


def refuse_range() -> Behaviour:
    """Answer that the requested range does not exist."""
    code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    return lambda handler, file: handler.reply(
        code, b"", {"Content-Range": f"bytes */{len(file.content)}"}
    )


def compress() -> Behaviour:
    """Send the file compressed, although the client did not accept that."""

    def behave(handler: _Handler, file: Published) -> None:
        content = gzip.compress(file.content)
        handler.reply(HTTPStatus.OK, content, {**described(file), "Content-Encoding": "gzip"})

    return behave


def claim_length(length: int | str) -> Behaviour:
    """Send the whole file under a wrong Content-Length, and hang up."""

    def behave(handler: _Handler, file: Published) -> None:
        headers = {**described(file), "Content-Length": str(length)}
        handler.reply(HTTPStatus.OK, file.content, headers)
        handler.close_connection = True

    return behave


def chunked(*, most: int | None = None) -> Behaviour:
    """Send the file in chunks, without its length; with `most`, not to its end."""

    def behave(handler: _Handler, file: Published) -> None:
        handler.start(HTTPStatus.OK, {**described(file), "Transfer-Encoding": "chunked"})
        for start in range(0, len(file.content[:most]), 1000):
            chunk = file.content[:most][start : start + 1000]
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if most is None:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return behave


def hang_up() -> Behaviour:
    """Close the connection without an answer."""

    def behave(handler: _Handler, _: Published) -> None:
        handler.close_connection = True

    return behave


def basic(login: str) -> str:
    """Return the header with which a client logs in."""
    return f"Basic {b64encode(login.encode()).decode()}"


def described(file: Published) -> dict[str, str]:
    """Return the headers that describe a file."""
    headers = {"Content-Type": file.content_type, "Accept-Ranges": "bytes"}
    if file.etag:
        headers["ETag"] = file.etag
    if file.last_modified:
        headers["Last-Modified"] = file.last_modified
    return headers


class _HTTP(ThreadingHTTPServer):
    daemon_threads = True
    publisher: Server

    def handle_error(self, *_: object) -> None:
        """Print nothing: clients may break off."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _HTTP

    def do_GET(self) -> None:
        publisher = self.server.publisher
        publisher.requests.append(Asked(self.command, self.path, self.headers))
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        if publisher.login is not None and self.headers["Authorization"] != basic(publisher.login):
            self.reply(HTTPStatus.UNAUTHORIZED, PAGE, {"Content-Type": "text/html"})
            return
        file = publisher.files.get(path)
        posted = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if path in publisher.dynamics:
            entries = {name: values[-1] for name, values in parse_qs(posted, True).items()}
            file = publisher.dynamics[path](self.command, entries)
        if path in publisher.answers:
            content = publisher.answers[path](parse_qs(parts.query))
            file = Published(content, content_type="text/plain")
        if behave := publisher.next_misbehaviour(self.command, path):
            behave(self, file or Published(b""))
        elif file is None:
            self.reply(publisher.missing_status, PAGE, {"Content-Type": "text/html"})
        elif self._is_unchanged(file):
            self.reply(HTTPStatus.NOT_MODIFIED, b"", described(file))
        else:
            self.offer(file)

    do_HEAD = do_GET  # noqa: N815 - the library's name
    do_POST = do_GET  # noqa: N815 - the library's name

    def offer(self, file: Published, most: int | None = None) -> None:
        """Send a file or the requested range of it, but no more than `most` bytes."""
        start, size = self.range_start(file), len(file.content)
        if start is None:
            self.reply(HTTPStatus.OK, file.content, described(file), most)
        elif start >= size:
            code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            self.reply(code, b"", {"Content-Range": f"bytes */{size}"})
        else:
            headers = {**described(file), "Content-Range": f"bytes {start}-{size - 1}/{size}"}
            self.reply(HTTPStatus.PARTIAL_CONTENT, file.content[start:], headers, most)

    def range_start(self, file: Published) -> int | None:
        """Return where the requested range begins, or None to send the whole file."""
        asked = re.fullmatch(r"bytes=([0-9]+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked and self._holds_for(file) else None

    def reply(
        self, code: int, body: bytes, headers: Mapping[str, str], most: int | None = None
    ) -> None:
        """Send an answer whose length is that of the whole body, even if less of it is sent."""
        self.start(code, {"Content-Length": str(len(body)), **headers})
        if self.command != "HEAD":
            self.wfile.write(body[:most])

    def start(self, code: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing."""

    def _holds_for(self, file: Published) -> bool:
        """Return whether the file is still the version that the range request refers to."""
        version = self.headers.get("If-Range")
        return version is None or version in (file.etag, file.last_modified)

    def _is_unchanged(self, file: Published) -> bool:
        """Return whether the client already has this version."""
        if versions := self.headers.get("If-None-Match"):
            return file.etag in re.split(r",\s*", versions)
        since = self.headers.get("If-Modified-Since")
        if not since or not file.last_modified:
            return False
        with suppress(ValueError):
            return parsedate_to_datetime(file.last_modified) <= parsedate_to_datetime(since)
        return False


def _contents(files: Path | Mapping[str, bytes] | None) -> Iterator[tuple[str, bytes]]:
    if isinstance(files, Path):
        for path in sorted(files.rglob("*")):
            if path.is_file():
                yield f"/{path.relative_to(files).as_posix()}", path.read_bytes()
    else:
        yield from (files or {}).items()


def _encrypt(
    http: ThreadingHTTPServer, server: Server, folder: Path, host: str, omit_intermediate: bool
) -> None:
    """Give the server a certificate from its own certificate authority."""
    root = trustme.CA()
    intermediate = root.create_child_ca()
    leaf = intermediate.issue_cert(host)
    server.ca_pem = folder / "root.pem"
    root.cert_pem.write_to_path(server.ca_pem)
    server.whole_chain_pem = folder / "whole.pem"
    server.whole_chain_pem.write_bytes(root.cert_pem.bytes() + intermediate.cert_pem.bytes())
    sent = leaf.cert_chain_pems[: 1 if omit_intermediate else None]
    chain = folder / "server.pem"
    chain.write_bytes(b"".join(pem.bytes() for pem in (leaf.private_key_pem, *sent)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    # the connection's own thread does the handshake: a client that fails it delays no other
    http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
