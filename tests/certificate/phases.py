"""The phases in which a command is killed: where it starts, what it runs, which calls count."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_LOAD = ("ontime", "load", "--months", "2024-01")
LOAD_FLIGHTS = ("ontime", "load", "bts", "--months", "2024-02")
LOAD_WEATHER = ("ontime", "load", "weather", "--months", "2024-02", "--airports", "JFK,LGA")
REFRESH = ("ontime", "load", "--months", "2024-02")
# as `make build` does where the unit tests have passed on this code
BUILD = ("dbt", "build", "--exclude-resource-type", "unit_test")
PUBLISH = ("dbt", "run-operation", "publish")
ROLLBACK = ("ontime", "rollback")
RELEASE = ("ontime", "release")


# what the suite stops: kills of each small operation (operations.py), and full disks of each
SUITE_KILLS = {
    **{"publish": 5, "prune": 3, "roll back": 3, "load": 2},
    **{"release": 3, "back up": 2, "restore": 2},
}
SUITE_FULL = 1


@dataclass(frozen=True)
class Phase:
    """A command that is stopped at calls that match a pattern, `kills` times.

    `action` is `kill`, or `full`: from the call on, nothing more can be written.

    `chain` kills follow each other before the command may end: the second stops what the first
    left. `renames` are calls at which the command is killed before and after each.
    """

    name: str
    what: str
    world: str
    command: tuple[str, ...]
    only: str
    kills: int
    chain: int = 1
    renames: tuple[str, ...] = ()
    action: str = "kill"

    @property
    def fault(self) -> str:
        """The fault in words."""
        return f"{'killed' if self.action == 'kill' else 'disk full'} {self.what}"


PHASES = [
    Phase("release", "while a release is written", "published", RELEASE, "* /releases/*", 12),
    Phase(
        "rollback",
        "while the version before returns",
        "published",
        ROLLBACK,
        "* /[!l]*",
        10,
        renames=("rename", "symlink"),
    ),
    Phase(
        "publish",
        "while publishing, before and after each rename and between",
        "unpublished",
        PUBLISH,
        "* /published/*",
        16,
        renames=("rename", "symlink"),
    ),
    Phase(
        "features",
        "while the features are written",
        "unpublished",
        PUBLISH,
        "* /published/versions/*/features*",
        10,
    ),
    Phase("loading", "while rows are written", "january", LOAD_FLIGHTS, "* /ontime.duckdb*", 10),
    Phase("reading", "while rows are read and checked", "january", LOAD_FLIGHTS, "* /dlt/*", 10),
    Phase(
        "landing",
        "while files are put into landing",
        "january",
        LOAD_FLIGHTS,
        "* /landing/[!.]*",
        10,
    ),
    Phase(
        "download",
        "while publishers' files arrive",
        "january",
        LOAD_WEATHER,
        "* /landing/.incoming*",
        10,
    ),
    Phase("models", "in the batches of a build", "february", BUILD, "* /ontime.duckdb*", 10, 10),
    Phase("tests", "while tests run", "february", BUILD, "say *START test *", 10, 10),
    Phase("first load", "while the warehouse is made", "empty", FIRST_LOAD, "* /ontime.*", 10, 10),
    Phase(
        "full while loading",
        "while rows are written",
        "january",
        LOAD_FLIGHTS,
        "*write* /[od]*",
        3,
        action="full",
    ),
    Phase(
        "full while publishing",
        "while publishing",
        "unpublished",
        PUBLISH,
        "*write* /published/*",
        3,
        action="full",
    ),
    Phase(
        "full while building",
        "in the batches of a build",
        "february",
        BUILD,
        "*write* /ontime.duckdb*",
        1,
        action="full",
    ),
]
