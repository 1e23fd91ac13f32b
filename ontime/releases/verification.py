"""Check whether a release is as it was made: its checksums, and their signature."""

from __future__ import annotations

from pathlib import Path

from ontime.publishing.signing import SigningError, in_words, objection
from ontime.releases.release import SUMS, damaged


def releases(folder: Path) -> list[Path]:
    """Return the folders of the releases in a folder, by name."""
    return sorted(sums.parent for sums in folder.glob(f"[!.]*/{SUMS}"))


def differences(release: Path) -> list[str]:
    """Say how a release differs from what was made; nothing if it does not.

    Added files are found, too: whoever reads all Parquet files of a table would read them.
    """
    try:
        found = [f"{path} is missing or was changed" for path in damaged(release)]
        lines = (release / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return [f"{SUMS} cannot be read ({error.strerror})"]
    except ValueError:
        return [f"{SUMS} is not a list of checksums"]
    known = {line.split("  ", 1)[1] for line in lines} | {SUMS, f"{SUMS}.sig"}
    there = (path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())
    found += [f"{path} was added" for path in sorted(set(there) - known)]
    try:
        reason = objection(release / SUMS)
    except SigningError as error:
        reason = str(error)
    return [*found, reason] if reason else found


def description(release: Path) -> str:
    """Describe a release without differences."""
    count = len((release / SUMS).read_text(encoding="utf-8").splitlines())
    return f"{count} files have their checksums; {in_words(release / SUMS)}"
