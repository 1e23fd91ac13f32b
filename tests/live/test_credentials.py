"""Passwords and tokens in the publishers' addresses: none of them is stored or shown anywhere."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingest.addresses import public
from tests.commands import ROOT
from tests.live.live_project import (
    FEBRUARY,
    JANUARY,
    REGISTRY,
    WEATHER,
    LiveProject,
    path_of,
)
from tests.live.test_misbehaviour import CUT, LATER, NOT_THE_FILE, months, sound
from tests.publisher.server import (
    Behaviour,
    Server,
    claim_length,
    html,
    redirect,
    reset_after,
    stall_after,
    status,
    truncate,
)

LOGIN = "warehouse:S3cr3t-bts/p@ss"
SETTINGS = {
    "ONTIME_BTS_URL": ("PREZIP/", "S3cr3t-token-of-bts"),
    "ONTIME_WEATHER_URL": (WEATHER[1:], "S3cr3t-token-of-weather"),
    "ONTIME_REGISTRY_URL": (REGISTRY[1:], "S3cr3t-token-of-registry"),
}
# a part of each of the secrets, also in their decoded form
MARK = "S3cr3t"
IN_BASE64 = "d2FyZWhvdXNlOlMzY3Iz"

# how a publisher fails to answer, on every request; pages repeat what they received
FAILURES: dict[str, list[Behaviour]] = {
    "wrong password": [status(401)],
    "forbidden": [status(403)],
    "gone": [status(410)],
    "busy": [status(503)] * 6,
    "come back tomorrow": [status(429, retry_after="86400")],
    "reset": [reset_after(1000)] * 6,
    "cut off": [truncate(1000)] * 6,
    "too short": [claim_length(99_999)],
    "a page that repeats": [html(f"<title>{LOGIN} S3cr3t-token-of-bts</title>".encode())],
    "in a circle": [redirect("/PREZIP/S3cr3t-not-in-it.zip?sig=S3cr3t-new")] * 6,
    "elsewhere, unencrypted": [redirect("http://user:S3cr3t@example.org/a.zip?sig=S3cr3t")],
    "nowhere": [redirect("https://user:S3cr3t@[broken/")],
}


@pytest.fixture
def settings(publishers: Server) -> dict[str, str]:
    """Return the addresses of the publishers, with all their secrets."""
    publishers.login = LOGIN
    user_info = "warehouse:S3cr3t-bts%2Fp%40ss"
    host = publishers.url.removeprefix("http://")
    return {
        name: f"http://{user_info}@{host}/{path}?token={token}"
        for name, (path, token) in SETTINGS.items()
    } | {"HTTPS_PROXY": "http://warehouse:S3cr3t-of-the-proxy@127.0.0.1:1"}


def traces(folder: Path, *said: str) -> list[str]:
    """Return where a secret is found: in files, in the rows of a warehouse, in output."""
    found = [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(mark.encode() in path.read_bytes() for mark in (MARK, IN_BASE64))
    ]
    for file in folder.rglob("*.duckdb"):
        with duckdb.connect(str(file), read_only=True) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables "
                "where table_schema in ('operations', 'catalogue', 'staging')"
            ).fetchall()
            found += [
                f"{schema}.{table}"
                for schema, table in tables
                if connection.execute(
                    f"select count(*) from {schema}.{table} as row where contains(row::varchar, ?)",
                    [MARK],
                ).fetchone()
                != (0,)
            ]
    found += [text for text in said if MARK in text or IN_BASE64 in text]
    return found


def words(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


def test_nothing_is_kept_or_shown_of_logins_and_tokens(
    fresh: LiveProject, settings: dict[str, str]
) -> None:
    said = [
        words(fresh.load(*arguments, env=settings))
        for arguments in (
            ("--months", f"{JANUARY}..{FEBRUARY}", "--dry-run"),
            ("--months", f"{JANUARY}..{FEBRUARY}"),
        )
    ]
    said += [words(fresh.command(name, env=settings)) for name in ("status", "refresh", "replay")]
    done = fresh.dbt("run", "--select", "stg_operations__download_receipts", env=settings)
    said.append(words(done))
    # the login worked, and the token arrived
    assert len(fresh.landed()) == 5
    for path, token in SETTINGS.values():
        asked = [one.path for one in fresh.server.requests if one.path.startswith(f"/{path}")]
        assert asked
        assert all(token in one for one in asked)
    assert traces(fresh.folder, *said) == []
    kept = fresh.query("select distinct url from operations.download_receipts order by url")
    assert kept == sorted(
        (f"{fresh.server.url}{path}",)
        for path in (path_of(JANUARY), path_of(FEBRUARY), REGISTRY, WEATHER)
    )


def test_nothing_is_kept_or_shown_when_publishers_fail(
    fresh: LiveProject, settings: dict[str, str]
) -> None:
    refused = dict(zip(months(2021, len(NOT_THE_FILE)), NOT_THE_FILE.values(), strict=True))
    failing = dict(zip(months(2023, len(FAILURES)), FAILURES.values(), strict=True))
    for month, (issue, _) in refused.items():
        fresh.server.put(path_of(month), issue(month))
    for month, behaviours in failing.items():
        fresh.server.put(path_of(month), sound(month))
        fresh.server.misbehave(path_of(month), *behaviours)
    done = fresh.load("bts", "--months", ",".join([*refused, *failing]), code=1, env=settings)
    lines = done.stderr.splitlines()
    assert len(lines) == len(refused) + len(failing) + 1, done.stderr
    fresh.server.put(REGISTRY, b"<title>S3cr3t-token-of-registry</title>", last_modified=LATER)
    fresh.server.answer(WEATHER, lambda query: f"no token {query['token'][0]}".encode())
    others = fresh.load("registry", "weather", "--months", JANUARY, code=1, env=settings)
    status_now = fresh.command("status", env=settings)
    assert traces(fresh.folder, words(done), words(others), words(status_now)) == []


def test_an_address_that_cannot_be_asked_is_not_quoted_with_its_secrets(
    fresh: LiveProject, settings: dict[str, str]
) -> None:
    said = []
    for address in (
        "http://warehouse:S3cr3t@127.0.0.1:1/PREZIP/?token=S3cr3t-S3cr3t",
        "http://warehouse:S3cr3t@publisher.invalid/PREZIP/",
        "https://warehouse:12/S3cr3t@publisher.invalid/PREZIP/",
        "warehouse:S3cr3t@publisher.invalid",
    ):
        environment = settings | dict.fromkeys(SETTINGS, address)
        every_source = ("bts", "registry", "weather", "--airports", "JFK", "--months", JANUARY)
        done = fresh.load(*every_source, code=1, env=environment)
        assert [line.split()[0] for line in done.stderr.splitlines()[:-1]] == [
            "bts",
            "registry",
            "weather",
        ]
        said.append(words(done))
    dry = fresh.load("bts", "--months", JANUARY, "--dry-run", code=2, env=environment)
    assert traces(fresh.folder, *said, words(dry)) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_a_download_that_was_stopped(
    fresh: LiveProject, settings: dict[str, str], number: signal.Signals
) -> None:
    fresh.server.put(path_of(JANUARY), sound(JANUARY))
    fresh.server.misbehave(path_of(JANUARY), stall_after(CUT, 600))
    process = subprocess.Popen(
        [sys.executable, "-m", "ontime", "load", "bts", "--months", JANUARY],
        cwd=ROOT,
        env=fresh.environment(settings | {"ONTIME_TIMEOUT_SECONDS": "600"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    part = fresh.landing / ".incoming" / "bts" / f"{JANUARY}.part"
    deadline = time.monotonic() + 300
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(number)
    said = process.communicate(timeout=300)
    assert part.with_name(f"{part.name}.json").exists()
    assert traces(fresh.folder, *said) == []
    fresh.load("bts", "--months", JANUARY, env=settings)
    (landed,) = fresh.query(
        "select resumed_bytes > 0 from operations.download_receipts where outcome = 'landed'"
    )
    assert landed == (True,)


def test_what_an_earlier_version_kept_is_taken_out(live: LiveProject) -> None:
    secret = f"{live.server.url.replace('//', '//user:S3cr3t@')}/a.zip?token=S3cr3t-token"
    sidecars = sorted(live.landing.glob("[!.]*/*/*.json"))
    for sidecar in sidecars:
        facts = json.loads(sidecar.read_text(encoding="utf8"))
        sidecar.chmod(0o644)
        sidecar.write_text(json.dumps(facts | {"url": secret}), encoding="utf8")
    with duckdb.connect(str(live.warehouse_file)) as connection:
        connection.execute(
            "update operations.download_receipts set url = ?, reason = ?",
            [secret, f"{secret} is not offered."],
        )
    before = live.raw()
    # readers do not show it, although they change nothing
    assert MARK not in words(live.command("status"))
    done = live.load("bts", "--months", JANUARY)
    assert "An earlier version had kept the password or the token" in done.stdout
    assert live.query("select distinct url, reason from operations.download_receipts") == [
        (public(secret), f"{live.server.url.replace('//', '//***@')}/a.zip?*** is not offered.")
    ]
    for sidecar in sidecars:
        facts = json.loads(sidecar.read_text(encoding="utf8"))
        assert facts["url"] == f"{live.server.url}/a.zip"
        assert sidecar.stat().st_mode & 0o777 == 0o444
    assert live.raw() == before
    again = live.load("bts", "--months", JANUARY)
    assert "earlier version" not in again.stdout
