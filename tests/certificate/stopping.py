"""Stop a command at an exact system call: see `interposer.c`.

The library is compiled once with the machine's C compiler. Commands run in forks of one interpreter
(tests/warm.py) that has loaded it; until a command's environment asks for a stop, it does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.requirements import lacking

_SOURCE = Path(__file__).with_name("interposer.c")
_KEPT = Path(__file__).parent.parent.parent / ".pytest_cache" / "interposer"
KILLED = -9


def compiled() -> Path:
    """Return the library, compiled from the source as it is now."""
    compiler = shutil.which("cc")
    if compiler is None:
        lacking("compiler", "there is no cc")
    digest = hashlib.sha256(_SOURCE.read_bytes()).hexdigest()[:16]
    library = _KEPT / f"{digest}.so"
    if not library.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        draft = library.with_suffix(f".{os.getpid()}")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", draft, _SOURCE, "-ldl"], check=True
        )
        draft.replace(library)
    return library


@dataclass(frozen=True)
class Stop:
    """Where a command is stopped: at which of the calls below a folder that match a pattern.

    `action` is `kill`, or `full`: from that call on, nothing more can be written.
    """

    folder: Path
    only: str
    at: int
    action: str = "kill"

    def environment(self, trace: Path | None = None) -> dict[str, str]:
        """Return what a command's environment must contain."""
        return {
            "CERTIFICATE_FOLDER": str(self.folder),
            "CERTIFICATE_ONLY": self.only,
            "CERTIFICATE_AT": str(self.at),
            "CERTIFICATE_ACTION": self.action,
            "CERTIFICATE_TRACE": str(trace or ""),
        }
