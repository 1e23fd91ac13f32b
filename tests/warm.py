"""Run the project's commands in forks of an interpreter that has the large libraries in memory.

Importing dbt takes 3 s, parsing the project 13 s, importing dlt 2 s, and a test run starts several
hundred commands. The server of this module imports the libraries once and keeps dbt's parsed
project. It imports none of the project's own modules, because what they read at import must come
from the command's environment. Each command is a separate process, with its own environment,
working folder and output, and ends as any interpreter does.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import logging
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import duckdb
import yaml  # type: ignore[import-untyped]
from filelock import FileLock

ROOT = Path(__file__).parent.parent
DBT = Path(sys.executable).parent / "dbt"

# variables that an interpreter reads at its start, so that a fork cannot apply them
_READ_AT_START = {
    *("PYTHONDEVMODE", "PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONOPTIMIZE", "PYTHONUTF8"),
    *("PYTHONWARNINGS", "LANG", "LC_ALL", "LC_CTYPE"),
}
# modules that run dbt in their own process
_RUN_DBT = (
    *(["ontime", "build"], ["ontime", "audit"]),
    *(["tests.transformation.lives_on"], ["tests.gate.plain_dbt"]),
)
# commands of dbt that read the project themselves, and options that say how or from where
_PARSES_ITSELF = ("parse", "--project-dir", "--profiles-dir", "--full-parse", "--no-partial-parse")
# commands that write dbt's own files before they run, and not at their end
_WRITES_AT_ONCE = {"list"}
# what dbt parses
_PROJECT_FILES = (
    "dbt_project.yml",
    "dbt_project/**/*.*",
    "profiles/*.yml",
    "requirements/lock.txt",
)
_KEPT = ROOT / ".pytest_cache" / "dbt"


class Request(TypedDict):
    """A command: its arguments after the interpreter's name, and its surroundings."""

    words: list[str]
    environment: dict[str, str]
    folder: str
    with_manifest: bool


def runs_here(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether a command is dbt or a Python module, and can run in a fork."""
    module = list(command[:2]) == [sys.executable, "-m"] and len(command) > 2
    same = all(environment.get(name) == os.environ.get(name) for name in _READ_AT_START)
    return (module or command[0] == str(DBT)) and same and not _replaces_modules(environment)


def _replaces_modules(environment: Mapping[str, str]) -> bool:
    """Return whether a test's own modules (a `sitecustomize.py`) override the installed ones."""
    folders = [Path(name) for name in environment.get("PYTHONPATH", "").split(os.pathsep)]
    return any(any(folder.glob("*.py")) for folder in folders if folder != ROOT)


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does when it captures text."""
    words = list(command[2:]) if command[0] == sys.executable else ["dbt", *command[1:]]
    request = Request(
        words=words,
        environment=dict(environment),
        folder=str(folder),
        with_manifest=folder == ROOT and _takes_manifest(words),
    )
    ours, theirs = socket.socketpair()
    outputs = [os.pipe(), os.pipe()]
    with tempfile.TemporaryFile() as asked, ours, ThreadPoolExecutor(2) as readers:
        asked.write(json.dumps(request).encode())
        asked.seek(0)
        written = [write for _, write in outputs]
        socket.send_fds(_server(), [b"run"], [asked.fileno(), *written, theirs.fileno()])
        theirs.close()
        for write in written:
            os.close(write)
        # until the end of the pipe: a child that outlives the command may still write to it
        texts = list(readers.map(_read, [read for read, _ in outputs]))
        code = ours.recv(16)
    assert code, f"the process that runs {words} died"
    return subprocess.CompletedProcess(list(command), int(code), *texts)


def _read(pipe: int) -> str:
    with os.fdopen(pipe) as stream:  # text mode turns each line ending into \n
        return stream.read()


def _takes_manifest(words: list[str]) -> bool:
    """Return whether a command runs dbt in its own process, on the project as it is here."""
    is_dbt = words[:1] == ["dbt"] or any(words[: len(start)] == start for start in _RUN_DBT)
    return is_dbt and not any(word.startswith(_PARSES_ITSELF) for word in words)


@cache
def _server() -> socket.socket:
    """Start the server, which ends with this process, because its socket is then closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
        cwd=ROOT,
        # a fork does not have the threads that a library has started
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(control: socket.socket) -> Request | None:
    """Fork for each command. Return in the fork, with the command to run, or None at the end."""
    manifest_is_loaded = False
    while True:
        _, files, _, _ = socket.recv_fds(control, 16, 4)
        if not files:
            return None
        asked, output, errors, answer = files
        with os.fdopen(asked) as stream:
            request: Request = json.load(stream)
        if request["with_manifest"] and not manifest_is_loaded:
            manifest_is_loaded = _load_manifest()
        # the command itself reports a project that does not parse
        request["with_manifest"] &= manifest_is_loaded
        if os.fork() == 0:
            control.close()
            command = os.fork()
            if command == 0:
                os.close(answer)
                os.dup2(output, 1)
                os.dup2(errors, 2)
                os.close(output)
                os.close(errors)
                return request
            os.close(output)
            os.close(errors)
            _, status = os.waitpid(command, 0)
            os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)
        for file in (output, errors, answer):
            os.close(file)
        _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _run(request: Request) -> None:
    """Turn this fork into the command."""
    os.chdir(request["folder"])
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    now = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    kept = [folder for folder in sys.path[1:] if folder not in before]
    sys.path[:] = [request["folder"], *filter(None, now), *kept]
    duckdb.execute("reset threads")
    words = request["words"]
    sys.argv[:] = words
    if request["with_manifest"]:
        _hand_over_manifest()
    if words[0] == "dbt":
        from dbt.cli.main import cli  # noqa: PLC0415 - imported long before, by the server
        from dotenv import load_dotenv  # noqa: PLC0415

        load_dotenv(Path(request["folder"]) / ".env", override=False)  # as dbt does when imported
        cli(words[1:], prog_name="dbt")
    else:
        logging.getLogger().handlers.clear()  # importing dbt adds a handler
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)


_manifest: Any = None
_usual_variant = ""
_code = ""


def _hand_over_manifest() -> None:
    """Let dbt take a project that was parsed before with the same target and variables."""
    from dbt.cli import requires  # noqa: PLC0415
    from dbt.task import retry  # noqa: PLC0415

    parse = vars(requires)["parse_manifest"]

    def parse_once(config: Any, perf: bool, write: bool, write_json: bool, given: Any) -> Any:
        kept = _kept(config)
        manifest = _manifest if _variant(config) == _usual_variant else _read_manifest(kept)
        if manifest is None:
            manifest = parse(config, perf, write, write_json, given)
            parsed = Path(config.project_target_path) / "partial_parse.msgpack"
            draft = kept.with_suffix(f".{os.getpid()}")
            draft.write_bytes(parsed.read_bytes())
            draft.replace(kept)
            return manifest
        requires._wire_adapter_for_external_manifest(config, manifest, given)  # type: ignore[no-untyped-call]
        return manifest

    requires.parse_manifest = retry.parse_manifest = parse_once  # type: ignore[assignment,attr-defined]


def _variant(config: Any) -> str:
    """Return what the outcome of parsing depends on, apart from the project's files."""
    return json.dumps([config.target_name, config.cli_vars], sort_keys=True)


def _kept(config: Any) -> Path:
    variant = hashlib.sha256(_variant(config).encode()).hexdigest()[:16]
    return _KEPT / f"{_code}-{variant}.msgpack"


def _read_manifest(kept: Path) -> Any:
    from dbt.contracts.graph.manifest import Manifest  # noqa: PLC0415

    return Manifest.from_msgpack(kept.read_bytes()) if kept.exists() else None


def _hash_of_project() -> str:
    total = hashlib.sha256()
    for pattern in _PROJECT_FILES:
        for path in sorted(ROOT.glob(pattern)):
            total.update(path.relative_to(ROOT).as_posix().encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _load_manifest() -> bool:
    """Load dbt's parsed project, from now or from an earlier test run, if possible."""
    global _manifest, _usual_variant, _code  # noqa: PLW0603 - forks inherit them

    _code = _hash_of_project()
    profiles = yaml.safe_load((ROOT / "profiles" / "profiles.yml").read_text(encoding="utf-8"))
    _usual_variant = json.dumps([profiles["ontime"]["target"], {}])
    _KEPT.mkdir(parents=True, exist_ok=True)
    kept = _KEPT / f"{_code}.msgpack"
    with FileLock(_KEPT / "lock"):
        for stale in _KEPT.glob("*.msgpack"):
            if not stale.name.startswith((_code, "partial_parse")):
                stale.unlink()
        if not kept.exists():
            parsed = subprocess.run(
                [DBT, "--quiet", "parse", "--target-path", _KEPT, "--log-path", _KEPT],
                cwd=ROOT,
                env={**os.environ, "ONTIME_DATA_DIR": str(_KEPT / "data")},
                capture_output=True,
                check=False,
            )
            if parsed.returncode != 0:
                return False
            kept.write_bytes((_KEPT / "partial_parse.msgpack").read_bytes())
        _manifest = _read_manifest(kept)
    _do_once(_manifest)
    return True


def _do_once(manifest: Any) -> None:
    """Make what each command of dbt would make for itself: compiled macros, and converters."""
    import gc  # noqa: PLC0415

    from dbt.adapters.duckdb.credentials import DuckDBCredentials  # noqa: PLC0415
    from dbt.artifacts.resources.v1.config import Hook  # noqa: PLC0415
    from dbt.contracts.project import (  # noqa: PLC0415
        Configuration,
        PackageConfig,
        ProfileConfig,
        Project,
        ProjectFlags,
    )
    from dbt.contracts.selection import SelectorFile  # noqa: PLC0415
    from dbt_common.clients.jinja import template_cache  # noqa: PLC0415

    from tests.dbt_shortcuts import compile_ahead, look_for_cycles  # noqa: PLC0415 - it imports dbt

    for macro in manifest.macros.values():
        template_cache.get_node_template(macro)
    kinds = {type(node): node for node in (*manifest.nodes.values(), *manifest.sources.values())}
    for node in kinds.values():
        node.to_resource()
    for group in (
        *(manifest.exposures, manifest.metrics, manifest.semantic_models, manifest.saved_queries),
        *(manifest.unit_tests, manifest.macros),
    ):
        next(iter(group.values())).to_dict(omit_none=False)
    for contract in (
        *(Configuration, PackageConfig, ProfileConfig, Project, ProjectFlags),
        *(SelectorFile, Hook, DuckDBCredentials),
    ):
        contract.json_schema()
    compile_ahead(manifest)
    look_for_cycles(manifest)
    gc.freeze()


def _import_libraries() -> None:
    import gc  # noqa: PLC0415
    import importlib  # noqa: PLC0415

    for name in (
        *("dbt.cli.main", "dbt.adapters.duckdb", "dbt.task.build", "dlt", "dlt.destinations"),
        *("duckdb", "typer", "rich.progress", "requests", "pandas", "pyarrow.parquet"),
    ):
        importlib.import_module(name)
    from tests.dbt_shortcuts import take_shortcuts  # noqa: PLC0415 - it imports dbt

    take_shortcuts()
    # importing it opens a database with threads, and a fork would wait for them at its end
    duckdb.execute("set threads = 1")
    gc.freeze()


def _main() -> None:
    # commands compile the project's own modules once, also where Python is told to keep nothing
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(ROOT / ".pytest_cache" / "compiled")
    _import_libraries()
    request = _serve(socket.socket(fileno=int(sys.argv[1])))
    if request:
        _run(request)


if __name__ == "__main__":
    _main()
