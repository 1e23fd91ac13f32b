"""`make dashboards` and `make serve`, run as a user does."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.commands import ROOT, Project

_SERVE = (sys.executable, "-m", "ontime", "serve", "--folder")


def test_the_site_is_shown_on_this_machine_until_interrupted(site: Path) -> None:
    with subprocess.Popen([*_SERVE, site], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert found, line
            with urllib.request.urlopen(found[0], timeout=300) as answer:  # noqa: S310
                assert b"How punctual are flights?" in answer.read()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=300) == 0
        finally:
            process.kill()


def test_a_taken_port_is_reported_in_a_sentence(site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*_SERVE, site, "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_publication_the_next_step_is_named(project: Project, tmp_path: Path) -> None:
    began = time.monotonic()
    done = project.run(
        *(sys.executable, "-m", "ontime", "dashboards", "--folder", tmp_path / "site"),
        check=False,
    )
    assert done.returncode == 1
    assert "run `make run`" in done.stderr
    assert not (tmp_path / "site").exists()
    assert time.monotonic() - began < 60


def test_nothing_of_the_site_names_another_machine_to_load_from(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in {".html", ".css"}:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r'(?:src|srcset)="(?:https?:)?//|@import', text), path
            assert not re.search(r"url\(['\"]?(?:https?:)?//", text), path
            scripts = re.findall(r"<script[^>]*>", text)
            own = [one for one in scripts if re.match(r'<script src="(\.\./)*assets/\w+\.js"', one)]
            assert scripts == own, path


def test_every_table_of_every_page_names_its_columns(site: Path) -> None:
    nameless = [path for path in site.rglob("*.html") if "<th></th>" in path.read_text("utf-8")]
    assert nameless == []
