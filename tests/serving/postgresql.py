"""A real PostgreSQL server for tests: in a temporary folder, on loopback, removed afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.requirements import lacking

# Debian, Ubuntu, Homebrew and Fedora install a server's programs outside PATH
_FOLDERS = [
    "usr/lib/postgresql/*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "usr/pgsql-*/bin",
]

# the server ends with this process, however that ends: the pipe closes, and `read` returns
_WATCHED = 'ulimit -f "$1"; shift; "$@" & server=$!; read -r _; kill -INT $server; wait $server'

_START_SECONDS = 300

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Server:
    """A running server and the password of its administrator, `admin`."""

    port: int
    password: str
    folder: Path

    def dsn(self, database: str, user: str = "admin", password: str = "") -> str:
        """Return the address of a database, with the password in it."""
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres", user: str = "admin") -> Connection:
        """Connect; every role has the administrator's password."""
        return psycopg.connect(self.dsn(database, user), autocommit=True)

    def new_database(self, *roles: str) -> str:
        """Create a database of its own, and create missing roles that can log in to it."""
        name = f"test_{secrets.token_hex(6)}"
        with self.connect() as admin:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
            known = {str(row[0]) for row in admin.execute("select rolname from pg_roles")}
            for role in sorted(set(roles) - known):
                admin.execute(
                    sql.SQL("create role {} login password {}").format(
                        sql.Identifier(role), sql.Literal(self.password)
                    )
                )
        return name


@contextmanager
def running(file_bytes: int | None = None) -> Iterator[Server]:
    """Run a server for the test; without its programs the test is skipped, or fails.

    `file_bytes` is the largest file size that the system lets the server write.
    """
    programs = _programs()
    user = _account()
    # not pytest's folder, which no other account can read
    folder = Path(tempfile.mkdtemp(prefix="ontime-postgresql-"))
    try:
        if user:
            shutil.chown(folder, user)
        password = secrets.token_urlsafe(12)
        (folder / "password").write_text(password)
        if user:
            shutil.chown(folder / "password", user)
        _run(
            [
                *(programs / "initdb", "--pgdata", folder / "data", "--username", "admin"),
                *("--pwfile", folder / "password", "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
            ],
            user,
        )
        server = Server(_free_port(), password, folder)
        command = [
            *("sh", "-c", _WATCHED, "sh", str((file_bytes or 0) // 512 or "unlimited")),
            *(programs / "postgres", "-D", folder / "data"),
            *("-h", "127.0.0.1", "-p", str(server.port), "-k", folder, "-F"),
        ]
        with (folder / "log").open("wb") as log:
            watched = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                user=user,
                cwd=folder,
            )
        with watched:
            _wait_until_it_answers(server, watched)
            yield server
            assert watched.stdin is not None
            watched.stdin.close()
            watched.wait(_START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return the program folder of the newest server on the machine."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).parent / "postgres").exists():
        return Path(on_path).parent
    found = sorted(
        (path for folder in _FOLDERS for path in Path("/").glob(f"{folder}/initdb")), key=_version
    )
    if not found:
        lacking("postgresql", "there is no initdb")
    return found[-1].parent


def _version(path: Path) -> int:
    """Return the number in a path such as /usr/lib/postgresql/15/bin/initdb, or 0."""
    return int("".join(letter for letter in str(path.parent) if letter.isdigit()) or 0)


def _account() -> str | None:
    """Return the account to run the server as, if it must be another: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name for account in pwd.getpwall()}
    found = [name for name in ("postgres", "nobody") if name in accounts]
    if not found:
        lacking("postgresql", "it refuses to be root, and there is no account postgres or nobody")
    return found[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[Path | str], user: str | None) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        user=user,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_it_answers(server: Server, watched: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            log = (server.folder / "log").read_text(errors="replace")
            assert watched.poll() is None, log
            assert time.monotonic() < deadline, log
            time.sleep(0.1)
        else:
            return
