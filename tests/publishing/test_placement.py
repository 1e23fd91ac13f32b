"""Versions in place: which are kept, in which order, and what remains after a fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from ontime.publishing import placement, writing
from ontime.publishing.order import Order
from ontime.publishing.placement import (
    VERSIONS_KEPT,
    PublicationError,
    faults,
    in_place,
    make_draft,
    put_in_place,
    roll_back,
)
from ontime.publishing.verification import verify
from ontime.publishing.versions import all_versions, versions_folder
from tests.commands import Project
from tests.publishing.made_up import publish, seen, write


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the publications folder of the test's own project."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "published"


def names() -> list[str]:
    return [version.name for version in all_versions()]


def order(*catalogue: str) -> Order:
    """Return the order for a publication without tables, with the statements of a catalogue."""
    return Order("v1.0.0", [], list(catalogue))


def change(file: Path) -> None:
    """Flip one byte in the middle of a file, whatever its permissions."""
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_file_and_features_change_together(published: Path) -> None:
    for number in range(1, 4):
        assert publish(f"v{number}", number).startswith("published")
        assert seen(published) == (f"v{number}", number, f"v{number}")
        assert faults() == verify() == []


def test_the_last_versions_are_kept_and_can_be_gone_back_to(published: Path) -> None:
    for number in range(VERSIONS_KEPT + 2):
        publish(f"v{number}", number)
    assert names() == [f"v{number}" for number in range(2, VERSIONS_KEPT + 2)]
    for number in range(VERSIONS_KEPT, 1, -1):
        assert roll_back()[0].name == f"v{number}"
        assert seen(published) == (f"v{number}", number, f"v{number}")
    with pytest.raises(PublicationError, match="no publication before"):
        roll_back()
    assert seen(published)[0] == "v2"


def keep_bytes(monkeypatch: pytest.MonkeyPatch, number: float) -> None:
    monkeypatch.setenv("ONTIME_KEPT_GIGABYTES", str(number / 1_000_000_000))


@pytest.mark.parametrize(
    ("sizes", "kept"), [(5.5, 5), (4.5, 4), (3.5, 3), (2.5, 2), (1.5, 2), (0.001, 2)]
)
def test_fewer_versions_are_kept_if_they_are_large_but_never_fewer_than_two(
    published: Path, monkeypatch: pytest.MonkeyPatch, sizes: float, kept: int
) -> None:
    publish("v0", 0)
    version = in_place()
    assert version is not None
    keep_bytes(monkeypatch, sizes * version.size_bytes)
    for number in range(1, VERSIONS_KEPT + 2):
        publish(f"v{number}", number)
    last = VERSIONS_KEPT + 1
    assert names() == [f"v{number}" for number in range(last + 1 - kept, last + 1)]
    assert roll_back()[0].name == f"v{last - 1}"
    assert seen(published)[0] == f"v{last - 1}"


def test_the_version_to_roll_back_to_outlives_the_bytes_that_are_kept(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, VERSIONS_KEPT + 1):
        publish(f"v{number}", number)
    while seen(published)[0] != "v1":
        roll_back()
    keep_bytes(monkeypatch, 1)
    publish("v9", 9)
    assert names() == ["v1", "v9"]
    assert roll_back()[0].name == "v1"


def test_one_large_version_removes_those_before_it_and_small_ones_return(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    version = in_place()
    assert version is not None
    keep_bytes(monkeypatch, 4.5 * version.size_bytes)
    for number in (2, 3):
        publish(f"v{number}", number)
    draft = make_draft("large")
    write(draft, "large", 9)
    (draft.parent / "padding").write_bytes(bytes(3 * version.size_bytes))
    put_in_place(draft)
    assert names() == ["v3", "large"]
    for number in range(4, 8):
        publish(f"v{number}", number)
    assert names() == ["v4", "v5", "v6", "v7"]


@pytest.mark.parametrize("setting", ["many", "0", "-1", "inf", "nan"])
def test_an_invalid_size_is_refused_before_anything_is_written(
    published: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    publish("v1", 1)
    monkeypatch.setenv("ONTIME_KEPT_GIGABYTES", setting)
    with pytest.raises(PublicationError, match="ONTIME_KEPT_GIGABYTES must be a number"):
        publish("v2", 2)
    assert seen(published)[0] == "v1"
    assert names() == ["v1"]


def test_the_clock_does_not_order_versions(published: Path) -> None:
    """If the clock is set back, newer publications get smaller names."""
    for number in range(9, 0, -1):
        publish(f"2026010{number}", number)
        assert seen(published)[0] == f"2026010{number}"
    assert names() == [f"2026010{number}" for number in range(5, 0, -1)]
    assert roll_back()[0].name == "20260102"


def test_the_same_content_is_not_published_twice(published: Path) -> None:
    publish("v1", 1)
    for number in range(2, 9):
        assert publish(f"v{number}", 1).startswith("unchanged")
    assert names() == ["v1"]


def test_after_a_rollback_the_next_publication_comes_after_what_readers_saw(
    published: Path,
) -> None:
    for number in range(1, 4):
        publish(f"v{number}", number)
    roll_back()
    roll_back()
    assert seen(published)[0] == "v1"
    publish("v4", 4)
    assert roll_back()[0].name == "v1"


def test_the_version_to_roll_back_to_outlives_the_number_that_is_kept(published: Path) -> None:
    for number in range(1, VERSIONS_KEPT + 1):
        publish(f"v{number}", number)
    while seen(published)[0] != "v1":
        roll_back()
    publish("v9", 9)
    assert roll_back()[0].name == "v1"


@pytest.mark.parametrize("part", ["ontime_marts.duckdb", "features/README.md"])
def test_a_changed_version_is_found_and_replaced(published: Path, part: str) -> None:
    publish("v1", 1)
    publish("v2", 2)
    change(published / "versions" / "v2" / part)
    assert faults() == [f"{part} was changed"]
    assert publish("v3", 2).startswith("published")
    assert faults() == []
    assert seen(published) == ("v3", 2, "v3")
    # the damaged version with the same content is gone; the version before it is kept
    assert names() == ["v1", "v3"]
    assert roll_back()[0].name == "v1"


def test_a_damaged_version_is_not_rolled_back_to(published: Path) -> None:
    for number in range(1, 4):
        publish(f"v{number}", number)
    change(versions_folder() / "v2" / "ontime_marts.duckdb")
    version, passed_over = roll_back()
    assert version.name == "v1"
    assert passed_over == ["v2: ontime_marts.duckdb was changed"]
    publish("v4", 4)
    change(versions_folder() / "v1" / "ontime_marts.duckdb")
    with pytest.raises(PublicationError, match=r"v1: ontime_marts\.duckdb was changed"):
        roll_back()
    assert seen(published)[0] == "v4"


def test_what_somebody_put_into_the_folder_of_versions_is_left_alone(published: Path) -> None:
    publish("v1", 1)
    (versions_folder() / "0000.duckdb").write_text("notes")
    (versions_folder() / "zzzz").mkdir()
    (versions_folder() / ".DS_Store").write_text("a desktop's own")
    for number in range(2, 9):
        publish(f"v{number}", number)
    assert names() == [f"v{number}" for number in range(4, 9)]
    left = sorted(path.name for path in versions_folder().iterdir())
    assert left == [".DS_Store", "0000.duckdb", *names(), "zzzz"]
    assert roll_back()[0].name == "v7"


@pytest.mark.parametrize("follow", [True, False])
def test_a_copied_data_folder_is_repaired(published: Path, tmp_path: Path, follow: bool) -> None:
    publish("v1", 1)
    publish("v2", 2)
    copied = tmp_path / "copied"
    # a copy that follows links replaces the links in `published` by files and folders
    shutil.copytree(published, copied, symlinks=not follow, ignore=shutil.ignore_patterns("*.wal*"))
    shutil.rmtree(published)
    copied.rename(published)
    assert seen(published) == ("v2", 2, "v2")
    assert publish("v3", 2).startswith("unchanged")
    assert faults() == []
    assert roll_back()[0].name == "v1"
    assert seen(published) == ("v1", 1, "v1")


@pytest.mark.parametrize("link", ["current", "features", "ontime_marts.duckdb"])
def test_a_lost_or_dangling_link_is_repaired(published: Path, link: str) -> None:
    publish("v1", 1)
    (published / link).unlink()
    assert faults() != []
    publish("v2", 1)
    assert faults() == []
    (published / link).unlink()
    (published / link).symlink_to("nowhere")
    assert faults() != []
    publish("v3", 1)
    assert faults() == []
    assert seen(published) == ("v1", 1, "v1")


def test_the_layout_of_before_is_replaced(published: Path) -> None:
    old = versions_folder() / "20250101T000000Z-0123abcd.duckdb"
    old.parent.mkdir(parents=True)
    write(old, "old", 9)
    shutil.rmtree(old.parent / "features")
    old.with_suffix(".features").mkdir()
    (published / "ontime_marts.duckdb").hardlink_to(old)
    (published / "features").symlink_to(f"versions/{old.stem}.features")
    assert in_place() is None
    publish("v1", 1)
    assert seen(published) == ("v1", 1, "v1")
    assert faults() == []
    assert [path.name for path in versions_folder().iterdir()] == ["v1"]


def test_files_are_read_only_and_have_one_name_each(published: Path) -> None:
    publish("v1", 1)
    publish("v2", 2)
    files = [path for path in published.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) == 10
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}
    assert {path.stat().st_nlink for path in files} == {1}


def test_a_disk_without_room_is_refused_with_numbers(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    usage = shutil.disk_usage(published)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    needed = sum(file.bytes for file in all_versions()[0].files)
    with duckdb.connect() as connection, pytest.raises(PublicationError) as refused:
        writing.publish(connection, "v2", order())
    assert f"needs about {needed // 1_000_000 + 1} MB" in str(refused.value)
    assert "1 MB are free" in str(refused.value)
    assert seen(published)[0] == "v1"


def test_statements_that_fail_leave_nothing_behind(published: Path) -> None:
    publish("v1", 1)
    before = sorted(published.rglob("*"))
    statements = ["create table publication.t as from range(9)", "begin; select error('full')"]
    with duckdb.connect() as connection:
        for _ in range(2):  # the connection is still usable
            with pytest.raises(PublicationError, match=r"Publishing stopped .*full"):
                writing.publish(connection, "v2", order(*statements))
    assert sorted(published.rglob("*")) == before
    assert faults() == []


def test_a_folder_that_is_in_the_way_is_reported_in_a_sentence(published: Path) -> None:
    published.parent.mkdir()
    (published.parent / "ontime.duckdb").touch()
    published.write_text("a file")
    with duckdb.connect() as connection, pytest.raises(PublicationError) as refused:
        writing.publish(connection, "v1", order())
    assert str(published) in str(refused.value)


def test_rollback_waits_for_no_build_and_disturbs_none(tmp_path: Path) -> None:
    project = Project(tmp_path)
    (tmp_path / "data").mkdir()
    holder = (
        "import sys, pathlib; from ontime.storage.lock import hold_warehouse; "
        "hold_warehouse(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(project.warehouse_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=project.environment({}),
        text=True,
    ) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == "held\n"
        done = project.run(sys.executable, "-m", "ontime", "rollback", check=False)
        held.communicate()
    assert done.returncode == 1
    assert "is being written by" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_killed_publication_leaves_nothing_behind(published: Path) -> None:
    publish("v1", 1)
    half_built = make_draft("v2")
    half_built.write_bytes(b"half")
    half_removed = versions_folder() / ".v0.removed"
    half_removed.mkdir()
    publish("v3", 3)
    assert sorted(path.name for path in versions_folder().iterdir()) == ["v1", "v3"]


def test_a_finished_version_that_was_never_put_in_place_is_used(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    with monkeypatch.context() as patched:

        def killed(_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(placement, "_switch", killed)
        with pytest.raises(KeyboardInterrupt):
            publish("v2", 2)
    assert seen(published)[0] == "v1"
    assert roll_back_is_refused()
    publish("v3", 2)
    assert names() == ["v1", "v2"]
    assert seen(published) == ("v2", 2, "v2")
    assert roll_back()[0].name == "v1"


def roll_back_is_refused() -> bool:
    try:
        roll_back()
    except PublicationError:
        return True
    return False


def test_content_that_comes_back_is_a_new_publication(published: Path) -> None:
    for number, on_time in enumerate([1, 2, 1], start=1):
        put_in_place(_draft(f"v{number}", on_time))
    assert seen(published)[:2] == ("v3", 1)
    assert roll_back()[0].name == "v2"


def _draft(name: str, on_time: int) -> Path:
    draft = make_draft(name)
    write(draft, name, on_time)
    return draft


def test_after_healing_a_rollback_goes_where_it_went_before(published: Path) -> None:
    publish("v1", 1)
    publish("bad", 2)
    roll_back()
    publish("v3", 3)
    change(versions_folder() / "v3" / "ontime_marts.duckdb")
    assert publish("healed", 3).startswith("published")
    assert roll_back()[0].name == "v1"


def test_healing_keeps_the_version_to_roll_back_to(published: Path) -> None:
    for number in range(1, VERSIONS_KEPT + 1):
        publish(f"v{number}", number)
    while seen(published)[0] != "v1":
        roll_back()
    publish("v6", 6)
    change(versions_folder() / "v6" / "ontime_marts.duckdb")
    publish("healed", 6)
    assert roll_back()[0].name == "v1"


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "1",
        '"text"',
        "[" * 200_000,
        '{"name": "half", "files": []}',
        '{"name": "half", "number": 1, "replaces": 0, "identity": "", "fingerprint": "", '
        '"tables": {}, "files": []}',
        '{"name": "half", "number": "9", "replaces": 0, "identity": "", "fingerprint": "", '
        '"tables": {}, "files": [{"path": "ontime_marts.duckdb", "bytes": 0, "sha256": ""}]}',
    ],
    ids=["null", "number", "text", "deep", "half", "no database", "number as text"],
)
def test_a_folder_that_claims_to_be_a_version_is_left_alone(published: Path, text: str) -> None:
    publish("v1", 1)
    publish("v2", 2)
    half = versions_folder() / "half"
    half.mkdir()
    (half / "publication.json").write_text(text)
    publish("v3", 3)
    assert roll_back()[0].name == "v2"
    assert roll_back()[0].name == "v1"
    with pytest.raises(PublicationError, match="no publication before"):
        roll_back()
    assert half.exists()


def test_a_version_whose_description_is_damaged_is_replaced(published: Path) -> None:
    publish("v1", 1)
    publish("v2", 2)
    description = versions_folder() / "v2" / "publication.json"
    description.chmod(0o644)
    description.write_text("null")
    assert verify() != []
    assert publish("v3", 2).startswith("published")
    assert verify() == []
    assert roll_back()[0].name == "v1"


def test_files_that_were_added_and_links_in_place_of_files_are_found(
    published: Path, tmp_path: Path
) -> None:
    publish("v1", 1)
    features = published / "current" / "features"
    shutil.copyfile(features / "README.md", features / "extra.parquet")
    assert faults() == ["extra.parquet was added"]
    (features / "extra.parquet").unlink()
    file = versions_folder() / "v1" / "ontime_marts.duckdb"
    file.symlink_to(shutil.move(file, tmp_path / "elsewhere.duckdb"))
    assert faults() == ["ontime_marts.duckdb was replaced by a link"]
    publish("v2", 1)
    assert faults() == []
