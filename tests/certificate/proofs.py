"""Faults that tests of the suite inject already: `make certify` runs these tests and counts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.commands import ROOT
from tests.shared import KEPT_SETTING

# the walk prints how many calls it stopped at
_CALLS = re.compile(r": (\d+) calls, \{")
_PASSED = re.compile(r"\b(\d+) passed")
_FAILED = re.compile(r"\b(\d+) (?:failed|error)")
_FUZZ_EXAMPLES = "500"


@dataclass(frozen=True)
class Proof:
    """A fault, the tests that inject it, and what they show. `each` is how often a test does so."""

    fault: str
    shown: str
    tests: tuple[str, ...]
    each: int = 1

    @property
    def again(self) -> str:
        """The command that runs it again."""
        return f"`.venv/bin/python -m pytest {' '.join(self.tests)}`"


@dataclass(frozen=True)
class Proven:
    """How often a fault was injected, and how many of the tests failed."""

    times: int
    failed: int


def run(proof: Proof, kept: Path) -> Proven:
    """Run the tests of a proof; the warehouses that several of them need are made in a folder."""
    kept.mkdir(exist_ok=True)
    # the library of `interposer.c` is not for these tests
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rP", "-p", "no:cacheprovider", *proof.tests],
        cwd=ROOT,
        env={**environment, "ONTIME_FUZZ_EXAMPLES": _FUZZ_EXAMPLES, KEPT_SETTING: str(kept)},
        capture_output=True,
        text=True,
        check=False,
    )
    passed = sum(map(int, _PASSED.findall(done.stdout.splitlines()[-1])))
    failed = sum(map(int, _FAILED.findall(done.stdout.splitlines()[-1])))
    calls = sum(map(int, _CALLS.findall(done.stdout)))
    return Proven(calls or passed * proof.each, failed or int(done.returncode != 0))


_WALK = "tests/publishing/test_file_system_walk.py"

PROOFS = [
    Proof(
        "killed at each file-system call of publishing, pruning and rolling back, in turn",
        "readers see the old publication or the new one, file and features of one build",
        (_WALK, "-k kill"),
    ),
    Proof(
        "disk full at each of these calls",
        "the same, and the command ends with a sentence",
        (_WALK, "-k ENOSPC"),
    ),
    Proof("no permission at each of these calls", "the same", (_WALK, "-k EACCES")),
    Proof(
        "killed at each file-system call of landing a file, in turn",
        "landing holds the old file or the new one, whole; the next landing removes what was left",
        ("tests/ingest/test_landing.py", "-k dies"),
    ),
    Proof(
        "disk full while a file is loaded, or before a build",
        "the old rows stay, and a sentence says what to do",
        (
            "tests/ingest/test_cli.py::test_a_full_disk_leaves_everything_as_it_was",
            "tests/ingest/test_loading.py::test_a_full_disk_is_no_damaged_warehouse",
            "tests/transformation/test_room.py::test_a_full_disk_is_reported_before_the_build",
        ),
    ),
    Proof(
        "too little memory",
        "refused with a sentence before anything is changed; what is spilled is removed",
        ("tests/storage/test_memory.py", "tests/transformation/test_room.py", "-k memory"),
    ),
    Proof(
        "a write-ahead log is left behind beside the published file or the warehouse",
        "no reader ever sees it; the next command folds that of the warehouse in",
        ("tests/publishing/test_guards.py", "tests/backups/test_backups.py", "-k log or client"),
    ),
    Proof(
        "flipped bytes in a publication",
        "named by `make verify`",
        ("tests/certificate/test_damage.py", "-k publication"),
        each=24,
    ),
    Proof(
        "a damaged publication",
        "replaced by `make publish`, never restored or passed on",
        (
            "tests/publishing/test_placement.py",
            "tests/publishing/test_what_changed.py",
            "-k damage or changed_version",
        ),
    ),
    Proof(
        "a byte of a downloaded archive flipped, at any place",
        "refused with a sentence",
        ("tests/ingest/test_archives.py::test_a_damaged_byte_anywhere_in_a_member_is_refused",),
    ),
    Proof(
        "flipped bytes in the warehouse",
        "named, with the commands that make it again, or in unused space",
        ("tests/certificate/test_damage.py", "-k warehouse"),
        each=24,
    ),
    Proof(
        "flipped bytes in landing",
        "named, with the one command that fetches the file again",
        ("tests/certificate/test_damage.py", "-k landing"),
        each=24,
    ),
    Proof(
        "a second writer",
        "refused with a sentence that names the first",
        (
            "tests/storage/test_lock.py",
            "tests/ingest/test_cli.py::test_a_second_writer_learns_at_once_who_is_writing",
            "tests/releases/test_release.py::test_two_releases_are_not_made_at_once",
            "tests/backups/test_backups.py::test_nothing_is_copied_while_another_process_writes",
        ),
    ),
    Proof(
        "eight readers through fifty publications",
        "each read sees a whole publication, and none goes back",
        ("tests/publishing/test_readers.py",),
        each=50,
    ),
    Proof(
        "the clock is set back",
        "order comes from numbers, not from times",
        (
            "tests/publishing/test_placement.py::test_the_clock_does_not_order_versions",
            "tests/ingest/test_landing.py::test_the_newest_version_is_the_newest_even_if_the_clock_goes_back",
        ),
    ),
    Proof(
        "another time zone, locale and number of threads",
        "the same content hashes",
        ("tests/equivalence/test_same_content.py", "-k zone_threads"),
    ),
    Proof(
        "the nights in which clocks change",
        "both sources agree, and instants are those of the place",
        ("tests/live/test_replay_equivalence.py", "tests/golden/test_time_zones.py", "-k clocks"),
    ),
    Proof(
        "the warehouse is lost",
        "made again from landing alone, with the same content",
        ("tests/live/test_commands.py", "-k from_landing_alone or replay_needs"),
    ),
    Proof(
        "the data folder is lost, or a backup is damaged",
        "restored whole and verified, or not at all",
        ("tests/backups",),
    ),
    Proof(
        "a publication or release is changed, unsigned, or signed with another key",
        "named by `make verify`; never restored, released or signed later",
        ("tests/publishing/test_signing.py",),
    ),
    Proof(
        "damaged and made-up content, for every table and every kind of file",
        "every row is loaded or rejected with a reason, or the file is refused; never a traceback",
        ("tests/ingest/test_fuzz.py",),
        each=int(_FUZZ_EXAMPLES),
    ),
]
