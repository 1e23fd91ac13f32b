"""Packages are installed with locked hashes, and built only with locked tools."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.commands import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.rglob("*.txt"))
COMMANDS = [
    ROOT / "Makefile",
    ROOT / ".ci" / "run",
    ROOT / ".devcontainer" / "devcontainer.json",
    ROOT / ".pre-commit-config.yaml",
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
]

# name, version and hashes; extras and a condition may be between them, but no address
_LOCKED = re.compile(
    r"([a-z0-9.-]+)(?:\[[a-z,-]+\])?==(\S+)(?: ; [^#@]+?)?((?:\s+--hash=sha256:[0-9a-f]{64})*)"
)


def locked(path: Path) -> dict[str, tuple[set[str], list[str]]]:
    """Return the versions and the hashes of each package of a lock; fail on any other line."""
    packages: dict[str, tuple[set[str], list[str]]] = {}
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        parsed = _LOCKED.fullmatch(line.rstrip())
        assert parsed, f"{path.name}: {line[:80]}"
        versions, hashes = packages.setdefault(parsed[1], (set(), []))
        versions.add(parsed[2])
        hashes += parsed[3].split()
    return packages


def uv_settings() -> dict[str, object]:
    """Return the project's settings for installation with uv."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    return dict(settings["tool"]["uv"]["pip"])


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_a_hash(path: Path) -> None:
    packages = locked(path)
    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_every_installation_demands_hashes(path: Path) -> None:
    text = path.read_text(encoding="utf8").replace("\\\n", " ")
    installs = re.findall(r"^.*\bpip3? (?:install|sync)\b.*$", text, re.MULTILINE)
    assert (path.name == "Makefile") == bool(installs)
    for command in installs:
        if command.endswith("--editable ."):  # the project itself, which has no hash
            assert {"--no-deps", "--offline", "--no-build-isolation"} <= set(command.split())
            continue
        assert "--require-hashes" in command
        # pip itself would build; pyproject.toml states what uv may build
        assert " uv pip " in command or "--only-binary :all:" in command
    assert not re.search(r"\b(pipx|uvx|uv tool|npx|easy_install)\b", text)
    # npm takes what its lock names by checksum, and runs nothing of it
    for command in re.findall(r"\bnpm (?:ci|i|install|add|exec|run|update)\b.*", text):
        assert command.startswith("npm ci ")
        assert "--ignore-scripts" in command


def test_every_package_of_npm_has_a_checksum_and_no_address() -> None:
    folder = ROOT / "ontime" / "site" / "sql"
    packages = json.loads((folder / "package-lock.json").read_text(encoding="utf8"))["packages"]
    wanted = json.loads((folder / "package.json").read_text(encoding="utf8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_only_the_packages_without_a_wheel_are_built() -> None:
    settings = uv_settings()
    assert settings["only-binary"] == [":all:"]
    assert settings["no-build-isolation"] is True
    in_locks = {name for path in LOCKS for name in locked(path)}
    built = settings["no-binary"]
    assert isinstance(built, list)
    assert set(built) <= in_locks, "a package that is no longer locked needs no exception"


def test_every_environment_with_a_package_to_build_gets_the_locked_tools_first() -> None:
    built = uv_settings()["no-binary"]
    assert isinstance(built, list)
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    for lock in LOCKS:
        if not locked(lock).keys() & set(built):
            continue
        [recipe] = [
            part for part in makefile.split("\n\n") if f"hashes requirements/{lock.name}" in part
        ]
        steps = recipe.replace("\\\n", " ").splitlines()
        tools = [at for at, step in enumerate(steps) if "-r requirements/build.txt" in step]
        packages = [at for at, step in enumerate(steps) if f" requirements/{lock.name}" in step]
        assert tools
        assert tools[0] < packages[-1]
        assert (
            "requirements/build.txt"
            in steps[next(i for i, s in enumerate(steps) if ".installed:" in s)]
        )


def test_locks_agree_on_the_tools() -> None:
    """Otherwise the environment would differ from the one that built its packages."""
    everything = locked(REQUIREMENTS / "lock.txt")
    for name, (versions, _) in locked(REQUIREMENTS / "build.txt").items():
        assert everything.get(name, (versions, []))[0] == versions
    for name, (versions, _) in locked(REQUIREMENTS / "installer.txt").items():
        assert everything[name][0] == versions


# The effect of these settings on uv, shown with made-up packages


class Index:
    """A folder of packages, and an environment that installs them with the project's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.links = folder / "links"
        self.links.mkdir()
        settings = {**uv_settings(), "no-binary": ["leaf"]}
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (folder / "uv.toml").write_text("[pip]\n" + "\n".join(lines) + "\n", encoding="utf8")
        done = self.uv("venv", "--python", sys.executable, "environment")
        assert done.returncode == 0, done.stderr

    def uv(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run uv without any other index, cache or setting."""
        return subprocess.run(
            [sys.executable, "-m", "uv", *words],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, command: str, lock: str) -> subprocess.CompletedProcess[str]:
        """Install a lock as the Makefile does."""
        (self.folder / "lock.txt").write_text(lock, encoding="utf8")
        words = ["lock.txt"] if command == "sync" else ["--no-deps", "-r", "lock.txt"]
        return self.uv(
            *("pip", command, "--offline", "--no-index", "--find-links", str(self.links)),
            *("--cache-dir", str(self.folder / "cache"), "--python", "environment/bin/python"),
            *("--require-hashes", *words),
        )

    def wheel(self, name: str, module: str) -> str:
        """Publish a wheel of one module; return its line for a lock."""
        path = self.links / f"{name}-1.0-py3-none-any.whl"
        path.write_bytes(wheel(name, module))
        return self._line(name, path)

    def source(self, name: str) -> str:
        """Publish a source distribution that `backend` builds; return its line for a lock."""
        path = self.links / f"{name}-1.0.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for file, text in {
                "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
                "pyproject.toml": (
                    '[build-system]\nrequires = ["backend"]\nbuild-backend = "backend"\n'
                ),
            }.items():
                entry = tarfile.TarInfo(f"{name}-1.0/{file}")
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text.encode()))
        return self._line(name, path)

    def _line(self, name: str, path: Path) -> str:
        return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def wheel(name: str, module: str) -> bytes:
    """Return a wheel of one module."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        facts = f"{name}-1.0.dist-info"
        archive.writestr(f"{name}.py", module)
        archive.writestr(
            f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{facts}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{facts}/RECORD", "")
    return content.getvalue()


BACKEND = f"""
from pathlib import Path

def build_wheel(folder, settings=None, metadata=None):
    Path(folder, "leaf-1.0-py3-none-any.whl").write_bytes({wheel("leaf", "")!r})
    return "leaf-1.0-py3-none-any.whl"
"""


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """Return an index of made-up packages."""
    return Index(tmp_path)


def test_a_package_without_a_wheel_is_built_with_the_tool_that_was_installed(index: Index) -> None:
    tool, leaf = index.wheel("backend", BACKEND), index.source("leaf")
    assert index.install("install", tool).returncode == 0
    done = index.install("sync", leaf)
    assert done.returncode == 0, done.stderr


def test_a_build_tool_with_a_wrong_hash_is_not_installed(index: Index) -> None:
    tool = index.wheel("backend", BACKEND)
    done = index.install("install", re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", tool))
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr


def test_a_build_fetches_no_tool_of_its_own(index: Index) -> None:
    index.wheel("backend", BACKEND)  # it is in the index, but in no lock
    done = index.install("sync", index.source("leaf"))
    assert done.returncode != 0
    assert "No module named 'backend'" in done.stderr


def test_a_package_that_is_not_listed_is_not_built(index: Index) -> None:
    assert index.install("install", index.wheel("backend", BACKEND)).returncode == 0
    done = index.install("sync", index.source("other"))
    assert done.returncode != 0
    assert "building from source is disabled" in done.stderr
