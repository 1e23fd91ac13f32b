"""A reader that reads the published file continuously while another publication replaces it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Opens the published file over and over, while another process keeps one connection to it open
# throughout; prints what it saw when it is stopped. If the file is refused or incomplete, it ends
# with a traceback.
READER = """
import json, pathlib, subprocess, sys, time
import duckdb

path, stop = sys.argv[1], pathlib.Path(sys.argv[2])
HOLD = '''
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
name = connection.execute("select publication_name from catalogue.publication").fetchone()[0]
print(name, connection.execute("select count(*) from marts.fct_flights").fetchone()[0], flush=True)
sys.stdin.read()
print(connection.execute("select count(*) from marts.fct_flights").fetchone()[0])
'''
pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
held = subprocess.Popen([sys.executable, "-c", HOLD, path], **pipes)
held_name, held_rows = held.stdout.readline().split()
print("ready", flush=True)
opened, names, deadline = 0, [], time.monotonic() + 1200
while True:
    last = stop.exists()
    assert time.monotonic() < deadline
    with duckdb.connect(path, read_only=True) as connection:
        name = connection.sql("select publication_name from catalogue.publication").fetchall()[0][0]
        rows = connection.sql("select count(*) from marts.fct_flights").fetchall()[0][0]
    assert rows > 0
    opened += 1
    if name not in names:
        names.append(name)
    if last:
        break
    time.sleep(0.25)
rest, _ = held.communicate()
assert rest.strip() == held_rows
print(json.dumps({"opened": opened, "names": names, "held": held_name}))
"""


@contextmanager
def reading(published_file: Path, stop: Path) -> Iterator[dict[str, Any]]:
    """Read the published file until the block ends; the yielded dict then holds the result.

    The result is how often the file was `opened`, the `names` of the publications found, and which
    of them was `held` open throughout.
    """
    seen: dict[str, Any] = {}
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(published_file), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
            yield seen
        finally:
            stop.touch()
        out, problems = reader.communicate(timeout=600)
    assert reader.returncode == 0, problems
    seen.update(json.loads(out))
