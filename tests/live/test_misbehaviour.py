"""Publishers that misbehave: each fault is reported in its own sentence, and loaded data stay.

Each fault affects its own month, and one command asks for all of them, as it would on a bad day:
sound months are loaded, the others are reported.
"""

from __future__ import annotations

import io
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from random import Random

import pytest

from tests.commands import ROOT
from tests.live.live_project import (
    FEBRUARY,
    JANUARY,
    REGISTRY,
    WEATHER,
    LiveProject,
    path_of,
    publish_month,
)
from tests.publisher import bts_files
from tests.publisher.server import (
    Behaviour,
    chunked,
    claim_length,
    compress,
    hang_up,
    html,
    ignore_range,
    redirect,
    refuse_range,
    reset_after,
    serve,
    shift_range,
    stall_after,
    status,
    truncate,
)

MOST_RETRIES = 6
CUT = 150_000
LATER = "Sat, 16 Mar 2024 05:30:00 GMT"
Issue = Callable[[str], bytes]


def archive(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return a zip archive of members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def beside(*others: tuple[str, bytes]) -> Issue:
    """Return a function that makes the archive of a month with other members next to its table."""
    return lambda month: archive((bts_files.member_name(month), table(month)), *others)


def table(month: str) -> bytes:
    """Return a valid table of a month."""
    return bts_files.month_table(bts_files.flights(month, 40))


def sound(month: str) -> bytes:
    """Return a valid archive of a month, large enough to be cut off between two reads."""
    ballast = Random(month).randbytes(200_000)  # noqa: S311 - no secret
    rows = bts_files.flights(month, 40)
    return bts_files.month_zip(month, rows, extra_members={"layout.pdf": ballast})


def link(month: str) -> bytes:
    """Return an archive in which the table is a symbolic link."""
    entry = zipfile.ZipInfo(bts_files.member_name(month))
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return archive((entry, b"/etc/passwd"))


def bomb(month: str) -> bytes:
    """Return an archive whose table expands without limit."""
    return archive((bts_files.member_name(month), table(month) + b" " * 8_000_000))


def damaged(month: str) -> bytes:
    """Return an archive with one changed byte in the table's packed data."""
    changed = bytearray(sound(month))
    changed[1000] ^= 0xFF
    return bytes(changed)


def without_departures(month: str) -> bytes:
    """Return an archive whose table is missing a column that the models need."""
    columns = bts_files.without(["CRSDepTime"])
    return bts_files.month_zip(month, bts_files.flights(month, 40), columns=columns)


def of_december(month: str) -> bytes:
    """Return an archive of another month under the name of this one."""
    rows = bts_files.flights("2019-12", 40)
    return bts_files.month_zip(month, rows, member=bts_files.member_name(month))


PAGE = b"<html><head><title>Request Rejected</title></head></html>"

# what is published instead of a month, and what the error message contains
NOT_THE_FILE: dict[str, tuple[Issue, str]] = {
    "a web page": (lambda _: PAGE, "a web page titled “Request Rejected” came."),
    "nothing": (lambda _: b"", "it is empty."),
    "another kind of file": (lambda _: b"%PDF-1.7", "it begins with the bytes 25 50 44 46."),
    "two tables": (beside(("other.csv", b"a,b")), "and other.csv."),
    "another table": (
        lambda _: bts_files.month_zip("2019-12", bts_files.flights("2019-12", 3)),
        "should hold the flights of {month}, but begins with those of 2019-12.",
    ),
    "no table": (lambda _: archive(("readme.html", b"<html>")), "it holds readme.html."),
    "an archive in it": (beside(("inner.zip", archive())), "inner.zip in it is an archive too."),
    "an absolute name": (beside(("/etc/passwd", b"")), "/etc/passwd in it has an absolute name."),
    "a name that climbs": (beside(("../../x", b"")), "../../x in it has a name that leads out of"),
    "a link": (link, "in it is a link or a device and no file."),
    "a bomb": (bomb, "in it grows beyond"),
    "a cut-off archive": (lambda month: sound(month)[:-50], "it is cut short or damaged"),
    "damaged data": (damaged, "it is cut short or damaged"),
    "a header alone": (lambda month: bts_files.month_zip(month, []), "holds a header and no fl"),
    "a column less": (without_departures, "lacks the required column CRSDepTime of on_time;"),
    "another month": (of_december, "should hold the flights of {month}, but begins with those of"),
}

# how the publisher answers every request for a month, and what the error message contains
NO_ANSWER: dict[str, tuple[list[Behaviour], str]] = {
    "always busy": ([status(503)] * MOST_RETRIES, "503"),
    "always silent": ([stall_after(0, 3)] * MOST_RETRIES, "silent"),
    "always cut off": ([truncate(1000)] * MOST_RETRIES, "failed or broke off"),
    "always reset": ([reset_after(1000)] * MOST_RETRIES, "connection"),
    "forbidden": ([status(403)], "403"),
    "come back tomorrow": ([status(429, retry_after="86400")], "429"),
    "elsewhere, unencrypted": ([redirect("http://example.org/a.zip")], "example.org"),
    "less than there is": ([claim_length(99_999)], "it is cut short or damaged"),
    "a page after all": ([html(PAGE)], "a web page titled “Request Rejected” came."),
}

# how the publisher answers at first: eventually the whole month arrives
PASSING: dict[str, list[Behaviour]] = {
    "busy": [status(503), status(500), status(429, retry_after="0"), status(502)],
    "busy for a bad while": [status(429, retry_after="soon"), status(503, retry_after="-3")],
    "silent": [stall_after(CUT, 3)],
    "cut off, and resumed": [truncate(CUT)],
    "reset, and resumed": [reset_after(CUT)],
    "hung up": [hang_up()],
    "resumed in vain": [truncate(CUT), ignore_range()],
    "resumed elsewhere": [truncate(CUT), shift_range(7)],
    "no part to resume": [truncate(CUT), refuse_range()],
    "compressed unasked": [compress()],
    "too long a promise": [claim_length(999_999)],
    "in chunks": [chunked()],
    "in chunks, cut off": [chunked(most=CUT)],
}


def months(year: int, count: int) -> list[str]:
    """Return consecutive months."""
    return [f"{year + number // 12}-{number % 12 + 1:02}" for number in range(count)]


def load_patiently_but(
    live: LiveProject, silent: str, cases: Mapping[str, tuple[str, object]], code: int
) -> list[str]:
    """Load months, with long timeouts for all but the silent one; return the sentences by month.

    On a busy machine, short timeouts make any publisher look silent.
    """
    said: list[str] = []
    for is_silent, seconds in ((True, "0.3"), (False, "60")):
        chosen = [month for month, (what, _) in cases.items() if (what == silent) is is_silent]
        env = {"ONTIME_TIMEOUT_SECONDS": seconds}
        done = live.load("bts", "--months", ",".join(chosen), code=code, env=env)
        said += [line for line in done.stderr.splitlines() if line.startswith("bts ")]
    return sorted(said)


def test_what_is_not_the_file_is_refused_and_what_is_loaded_stays(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    faults = dict(zip(months(2021, len(NOT_THE_FILE)), NOT_THE_FILE.items(), strict=True))
    for month, (_, (issue, _)) in faults.items():
        live.server.put(path_of(month), issue(month))
    # a loaded month is issued again, with a fault
    live.server.put(path_of(JANUARY), PAGE)
    done = live.load("bts", "--months", ",".join([*faults, JANUARY, FEBRUARY]), code=1)
    refusals = done.stderr.splitlines()
    for (month, (what, (_, sentence))), line in zip(faults.items(), refusals, strict=False):
        assert line.split()[:3] == ["bts", month, "refused"], (what, line)
        assert sentence.format(month=month) in line, (what, line)
    assert refusals[len(faults)].split()[:3] == ["bts", JANUARY, "refused"]
    assert refusals[len(faults) + 1 :] == [
        f"{len(faults) + 1} files were not loaded; see above for the reason."
    ]
    assert (live.raw(), live.landed()) == (before, landed)
    assert live.downloads()[5:] == [("bts", month, "refused") for month in [*faults, JANUARY]]


def test_a_missing_answer_is_reported_and_what_is_loaded_stays(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    faults = dict(zip(months(2021, len(NO_ANSWER)), NO_ANSWER.items(), strict=True))
    for month, (_, (behaviours, _)) in faults.items():
        live.server.put(path_of(month), sound(month))
        live.server.misbehave(path_of(month), *behaviours)
    done = load_patiently_but(live, "always silent", faults, code=1)
    for (month, (what, (_, sentence))), line in zip(faults.items(), done, strict=True):
        assert line.split()[:2] == ["bts", month], (what, line)
        assert sentence in line, (what, line)
        assert len(live.server.asked(path_of(month))) == len(NO_ANSWER[what][0])
    assert (live.raw(), live.landed()) == (before, landed)


def test_passing_trouble_is_overcome(live: LiveProject) -> None:
    troubles = dict(zip(months(2021, len(PASSING)), PASSING.items(), strict=True))
    for month, (_, behaviours) in troubles.items():
        live.server.put(path_of(month), sound(month))
        live.server.misbehave(path_of(month), *behaviours)
    load_patiently_but(live, "silent", troubles, code=0)
    for month, (what, _) in troubles.items():
        (landed,) = live.landing.glob(f"bts/{month}/*.zip")
        assert landed.read_bytes() == live.server.files[path_of(month)].content, what
    resumed = dict(
        live.query(
            "select partition_name, resumed_bytes from operations.download_receipts "
            "where partition_name < '2024'"
        )
    )
    of_trouble = {what: resumed[month] for month, (what, _) in troubles.items()}
    assert [what for what, count in of_trouble.items() if count] == [
        "silent",
        "cut off, and resumed",
        "reset, and resumed",
        "too long a promise",
        "in chunks, cut off",
    ]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_download_that_was_stopped_is_resumed_by_the_next_command(
    live: LiveProject, number: signal.Signals
) -> None:
    before, month = live.raw(), "2023-07"
    live.server.put(path_of(month), sound(month))
    live.server.misbehave(path_of(month), stall_after(CUT, 600))
    process = subprocess.Popen(
        [sys.executable, "-m", "ontime", "load", "bts", "--months", month],
        cwd=ROOT,
        env=live.environment({"ONTIME_TIMEOUT_SECONDS": "600"}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    part = live.landing / ".incoming" / "bts" / f"{month}.part"
    deadline = time.monotonic() + 300
    while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, said = process.communicate(timeout=300)
    if number is signal.SIGINT:
        assert process.returncode == 130
        assert said == "Stopped. The file in hand was not loaded; the next run takes it up again.\n"
    assert live.raw() == before
    live.load("bts", "--months", month)
    ((resumed,),) = live.query(
        "select resumed_bytes from operations.download_receipts "
        f"where partition_name = '{month}' and outcome = 'landed'"
    )
    assert 0 < resumed <= CUT
    assert live.query(
        f"select count(*) from raw_bts.on_time where _source_partition = '{month}'"
    ) == [(40,)]


def test_a_publisher_that_is_not_there_is_named(live: LiveProject) -> None:
    before = live.raw()
    done = live.load(
        "--months", "2024-01..2024-02", code=1, env={"ONTIME_BTS_URL": "http://127.0.0.1:9/"}
    )
    assert "the connection to 127.0.0.1 failed" in done.stderr
    assert done.stderr.endswith("2 files were not loaded; see above for the reason.\n")
    # the other publishers were asked nevertheless
    assert "registry.aircraft 2024-03-15" in done.stdout
    assert "weather.reports 2024-02" in done.stdout
    assert live.raw() == before


def test_an_unencrypted_address_is_refused(live: LiveProject) -> None:
    done = live.load(
        "bts", "--months", JANUARY, code=1, env={"ONTIME_BTS_URL": "http://example.org/"}
    )
    assert "https" in done.stderr


def test_an_incomplete_chain_is_reported_and_a_bundle_completes_it(fresh: LiveProject) -> None:
    with serve(tls=True, omit_intermediate=True) as server:
        publish_month(server, JANUARY, bts_files.flights(JANUARY, 30))
        url = {"ONTIME_BTS_URL": f"{server.url}/PREZIP/"}
        done = fresh.load("bts", "--months", JANUARY, code=1, env=url)
        assert "ONTIME_CA_BUNDLE" in done.stderr
        assert not server.requests
        bundle = {"ONTIME_CA_BUNDLE": str(server.whole_chain_pem)}
        fresh.load("bts", "--months", JANUARY, env={**url, **bundle})
        assert fresh.query("select count(*) from raw_bts.on_time") == [(30,)]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"ERROR: too many stations requested\n",
        b"<html><head><title>IEM :: Server over capacity</title></head></html>",
        b"station,valid\nJFK,2024-01-01 00:51\n",
        b"station,valid,tmpf,dwpf,relh,drct,sknt,p01i,alti,mslp,vsby,gust,skyc1,skyc2,skyc3,skyc4,"
        b"skyl1,skyl2,skyl3,skyl4,wxcodes,metar\n",
    ],
)
def test_weather_that_is_none_is_refused(live: LiveProject, answer: bytes) -> None:
    before, landed = live.raw(), live.landed()
    live.server.answer(WEATHER, lambda _: answer)
    done = live.load("weather", "--months", JANUARY, "--force", code=1)
    assert done.stderr.startswith("weather 2024-01")
    assert (live.raw(), live.landed()) == (before, landed)


def test_a_registry_that_is_none_is_refused(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    live.server.put(REGISTRY, archive(("MASTER.txt", b"N-NUMBER,\r\n")), last_modified=LATER)
    done = live.load("registry", code=1)
    assert done.stderr.startswith("registry 2024-03-16")
    assert (live.raw(), live.landed()) == (before, landed)
