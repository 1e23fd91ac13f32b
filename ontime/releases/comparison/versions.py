"""Find the publications that a user names: a kept version, a release, or a path."""

from __future__ import annotations

from pathlib import Path

from ontime.publishing.placement import in_place
from ontime.publishing.versions import all_versions, versions_folder
from ontime.releases.comparison.publications import ComparisonError
from ontime.storage.paths import published_file, releases_folder


def pair(before: str, after: str) -> tuple[Path, Path]:
    """Return the files of two named publications.

    Without names, these are the current version and the one before it. Without `before`, the
    earlier file is the version before `after`.

    Raises:
        ComparisonError: a name is unknown, or both name the same publication.

    """
    newer = find(after) if after else _in_place()
    older = find(before) if before else _version_before(newer)
    if older.samefile(newer):
        raise ComparisonError(
            f"{before or older} and {after or newer} are the same publication: "
            "there is nothing to compare."
        )
    return older, newer


def find(name: str) -> Path:
    """Return the file of a publication: a path, or the name of a version or a release.

    A unique prefix of a name is enough; `published` is the current publication.

    Raises:
        ComparisonError: no publication matches the name, or more than one does.

    """
    if name == "published":
        return _in_place()
    path = Path(name)
    if path.is_file():
        return path
    if (path / published_file().name).is_file():
        return path / published_file().name
    known = {version.name: version.file for version in all_versions()} | {
        release.parent.name: release
        for release in sorted(releases_folder().glob(f"[!.]*/{published_file().name}"))
    }
    if name in known:
        return known[name]
    found = [other for other in known if other.startswith(name)]
    if len(found) == 1:
        return known[found[0]]
    if found:
        raise ComparisonError(f"{name} could be {' or '.join(found)}: write more of it.")
    raise ComparisonError(
        f"There is no publication {name}: name a file, a folder of a release, or one of "
        f"{', '.join([*known, 'published'])}."
    )


def _in_place() -> Path:
    if not published_file().exists():
        raise ComparisonError(
            f"Nothing is published in {published_file().parent} yet: run `make run`."
        )
    return published_file()


def _version_before(file: Path) -> Path:
    """Return the version that was published before another."""
    found = next((known for known in all_versions() if known.file.samefile(file)), None)
    if found is None and file == published_file():
        # copying a data folder can replace the link to the current version by a copy of its file
        found = in_place()
    earlier = [known for known in all_versions() if found and known.number < found.number]
    if not earlier:
        raise ComparisonError(
            f"There is no version before {file} in {versions_folder()}: say which to compare it "
            "with, as in `make diff FROM=...`."
        )
    return earlier[-1].file
