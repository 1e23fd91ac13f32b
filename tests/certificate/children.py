"""Do work in a fork of this process, which can be stopped at a system call."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.errors import IngestError
from ontime.backups.contents import BackupError
from ontime.publishing.placement import PublicationError
from ontime.releases.errors import ReleaseError

DONE, FAILED, REFUSED, KILLED = 0, 1, 3, -9
# what a command reports in a sentence
_REFUSALS = (OSError, duckdb.Error, IngestError, BackupError, PublicationError, ReleaseError)


@dataclass(frozen=True)
class Ended:
    """How a fork ended, and what it returned, as JSON knows it."""

    code: int
    returned: Any


def in_child(work: Callable[[], Any], environment: dict[str, str] | None = None) -> Ended:
    """Do work in a fork, whose environment has some more variables."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.environ.update(environment or {})
        code = FAILED
        try:
            with os.fdopen(theirs, "w", encoding="utf-8") as pipe:
                json.dump(work(), pipe)
            code = DONE
        except _REFUSALS as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            code = REFUSED
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(theirs)
    with os.fdopen(ours, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Ended(code, json.loads(text) if code == DONE else None)
