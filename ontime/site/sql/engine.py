"""The files of DuckDB for browsers: fetched by npm, kept beside the project, checked at each build.

`make browser-sql` installs the locked packages of npm and keeps the few files that a page needs in
`.duckdb-wasm`. Each is compared with its checksum when it is kept and when a site is built. Git
holds none of them.

    python -m ontime.site.sql.engine FOLDER    # keep what npm has installed in FOLDER/node_modules
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from importlib.resources import files
from pathlib import Path

from ontime.terminal.console import errors

FOLDER = Path(".duckdb-wasm")
HOW = "make browser-sql"

# the module imports Arrow as a package, which no browser can resolve; the page has loaded it before
_ARROW = 'from"apache-arrow"'
_ARROW_OF_THE_PAGE = 'from"./arrow-of-the-page.mjs"'
_RE_EXPORT = "export const { RecordBatchReader, Table, Type } = globalThis.Arrow;\n"
# maps of the sources, which are not part of the site
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


class EngineError(Exception):
    """A file of DuckDB for browsers is not the locked one: the message says what to do."""


def is_there(folder: Path = FOLDER) -> bool:
    """Return whether all files have been fetched."""
    return all((folder / name).exists() for name in _checksums())


def keep(folder: Path) -> None:
    """Keep the files of the installed packages that a page needs.

    Raises:
        EngineError: a file is not the one whose checksum is recorded.

    """
    for name, stated in _checksums().items():
        _checked(folder / "node_modules" / stated["file"], stated["sha256"]).replace(folder / name)


def write(made: Path, folder: Path = FOLDER) -> int:
    """Write the files into a folder of the site; return how many bytes a browser loads.

    Raises:
        EngineError: a file is not the one whose checksum is recorded.

    """
    made.mkdir(parents=True, exist_ok=True)
    for name, stated in _checksums().items():
        content = _checked(folder / name, stated["sha256"]).read_bytes()
        if name.endswith(("js", "mjs")):
            content = _for_a_page(content.decode()).encode()
        (made / name).write_bytes(content)
    (made / "arrow-of-the-page.mjs").write_text(_RE_EXPORT, encoding="utf-8")
    return sum(path.stat().st_size for path in made.iterdir() if path.suffix != ".txt")


def _for_a_page(script: str) -> str:
    return _SOURCE_MAP.sub("", script.replace(_ARROW, _ARROW_OF_THE_PAGE))


def _checksums() -> dict[str, dict[str, str]]:
    text = files("ontime.site.sql").joinpath("checksums.json").read_text(encoding="utf-8")
    stated: dict[str, dict[str, str]] = json.loads(text)
    return stated


def _checked(path: Path, sha256: str) -> Path:
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise EngineError(
            f"{path} is missing, or is not the file that the lock names: "
            f"remove {FOLDER} and run `{HOW}`."
        )
    return path


if __name__ == "__main__":
    try:
        keep(Path(sys.argv[1]))
    except EngineError as error:
        errors(style="red").print(str(error), markup=False)
        raise SystemExit(1) from None
