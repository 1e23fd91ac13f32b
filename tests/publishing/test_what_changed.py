"""A publication takes what has not changed from the one before, and equals one from scratch."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ontime.publishing import database
from ontime.publishing.order import Table
from ontime.publishing.placement import PublicationError, in_place
from ontime.publishing.verification import verify
from ontime.publishing.versions import Version, all_versions
from ontime.publishing.writing import publish
from ontime.storage.content_hash import content_hashes
from ontime.storage.reader import open_published
from tests.publishing.made_up_warehouse import KEYS, Warehouse

JANUARY, FEBRUARY, MARCH = "2013-01-01", "2013-02-01", "2013-03-01"
EARLIER = ("2012-10-01", "2012-11-01", "2012-12-01")
Change = Callable[[Warehouse], object]


@pytest.fixture
def created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the tables that are written as a whole, of every publication."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ontime.duckdb").touch()
    names: list[str] = []
    create = database._create

    def noting(cursor: duckdb.DuckDBPyConnection, table: Table) -> None:
        names.append(table.name)
        create(cursor, table)

    monkeypatch.setattr(database, "_create", noting)
    return names


def version() -> Version:
    found = in_place()
    assert found is not None
    return found


def state() -> tuple[object, ...]:
    """Return everything that a reader sees, except for the name of the publication."""
    with open_published() as connection:
        comments = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall()
        keys = connection.execute(
            "select table_name, constraint_type, constraint_column_names, referenced_table "
            "from duckdb_constraints() where schema_name = 'marts' order by all"
        ).fetchall()
        by_month = connection.execute("from catalogue.table_months order by all").fetchall()
        return content_hashes(connection, "marts"), comments, keys, by_month


def inodes() -> dict[str, int]:
    return {path.stem: path.stat().st_ino for path in version().folder.glob("features/*/*.parquet")}


def reissue(warehouse: Warehouse) -> None:
    warehouse.connection.execute(
        f"update marts.fct_flights set distance_miles = 1 where flight_month = '{FEBRUARY}'"
    )
    warehouse.connection.execute(
        "update marts.ml_arrival_delay_features set is_late_arrival = not is_late_arrival "
        f"where flight_month = '{FEBRUARY}'"
    )


def add_an_airport(warehouse: Warehouse) -> None:
    warehouse.connection.execute("insert into marts.dim_airports values ('B')")


def add_a_column(warehouse: Warehouse) -> None:
    warehouse.connection.execute("alter table marts.fct_flights add column is_on_time boolean")


def withdraw_all(warehouse: Warehouse) -> None:
    for month in (*EARLIER, JANUARY, FEBRUARY):
        warehouse.withdraw(month)


# what changes, the tables that are written as a whole, and the months of features that are written
CHANGES: dict[str, tuple[Change, set[str], set[str]]] = {
    "month added": (lambda warehouse: warehouse.load(MARCH), set(), {"2013-03"}),
    "month re-issued": (reissue, set(), {"2013-02"}),
    "month withdrawn": (lambda warehouse: warehouse.withdraw(JANUARY), set(), set()),
    "all withdrawn": (withdraw_all, {"fct_flights"}, set()),
    # the file refuses to drop a table that another one refers to
    "parent of a key": (add_an_airport, {"dim_airports", "dim_gates"}, set()),
    "another column": (add_a_column, {"fct_flights"}, set()),
    "other descriptions": (
        lambda warehouse: warehouse.change(description="Others."),
        {"dim_airports", "dim_gates", "fct_flights"},
        {"2012-10", "2012-11", "2012-12", "2013-01", "2013-02"},
    ),
    "table removed": (
        lambda warehouse: warehouse.change(tables=("dim_airports", *list(KEYS)[2:])),
        set(),
        set(),
    ),
    "features removed": (
        lambda warehouse: warehouse.change(tables=tuple(KEYS)[:3]),
        set(),
        set(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_changed_is_written_and_the_result_is_that_from_scratch(
    created: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    make, whole, written = CHANGES[change]
    warehouse = Warehouse(*EARLIER, JANUARY, FEBRUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    assert set(created) == {"dim_airports", "dim_gates", "fct_flights"}
    before = inodes()
    created.clear()
    make(warehouse)
    assert publish(warehouse.connection, "v2", warehouse.order("v2")).startswith("published")
    assert set(created) == whole
    assert verify() == []
    # the other months are the same files
    assert {month for month, inode in inodes().items() if inode != before.get(month)} == written
    seen = state()
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "ontime.duckdb").touch()
    publish(warehouse.connection, "v2", warehouse.order("v2"))
    assert seen == state()


def test_the_version_before_is_as_it_was(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY, FEBRUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    before = version()
    reissue(warehouse)
    publish(warehouse.connection, "v2", warehouse.order("v2"))
    assert version() != before
    assert before.damage() == []
    assert all(path.stat().st_mode & 0o777 == 0o444 for path in version().folder.glob("f*/*/*"))
    assert created


def test_nothing_is_written_if_nothing_changed(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    created.clear()
    inode = version().file.stat().st_ino
    assert publish(warehouse.connection, "v2", warehouse.order("v2")).startswith("unchanged")
    assert version().file.stat().st_ino == inode
    assert created == []


@pytest.mark.parametrize("part", ["ontime_marts.duckdb", "2013-01.parquet"])
def test_damage_is_never_passed_on(created: list[str], part: str) -> None:
    warehouse = Warehouse(JANUARY, FEBRUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    (damaged,) = version().folder.rglob(part)
    damaged.chmod(0o644)
    with damaged.open("r+b") as file:
        file.seek(damaged.stat().st_size // 2)
        file.write(b"\xff" * 8)
    created.clear()
    publish(warehouse.connection, "v2", warehouse.order("v2"))
    assert verify() == []
    assert bool(created) == (part == "ontime_marts.duckdb")
    assert version().name == "v2"


def test_a_publication_that_fails_halfway_leaves_the_one_before(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    before = state()
    add_an_airport(warehouse)
    order = warehouse.order("v2")
    order.tables[1].definition.append("select error('no space left')")
    with pytest.raises(PublicationError, match="no space left"):
        publish(warehouse.connection, "v2", order)
    assert state() == before
    assert verify() == []
    assert [each.name for each in all_versions()] == ["v1"]
    publish(warehouse.connection, "v3", warehouse.order("v3"))
    assert version().name == "v3"
    assert created


def test_a_file_with_too_much_unused_space_is_written_anew(
    created: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse(JANUARY, FEBRUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    created.clear()
    reissue(warehouse)
    publish(warehouse.connection, "v2", warehouse.order("v2"))
    assert created == []
    monkeypatch.setattr(database, "MOST_UNUSED", -1)
    warehouse.load(MARCH)
    publish(warehouse.connection, "v3", warehouse.order("v3"))
    assert set(created) == {"dim_airports", "dim_gates", "fct_flights"}
    assert verify() == []


def test_a_month_that_is_issued_again_and_again_does_not_fill_the_file(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY, FEBRUARY)
    sizes = []
    for number in range(8):
        reissue(warehouse)
        warehouse.connection.execute(
            f"update marts.fct_flights set distance_miles = {number} "
            f"where flight_month = '{FEBRUARY}'"
        )
        publish(warehouse.connection, f"v{number}", warehouse.order(f"v{number}"))
        sizes.append(version().file.stat().st_size)
    assert max(sizes) < 2 * sizes[0]
    assert created


def test_months_are_copied_where_files_cannot_have_two_names(
    created: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    warehouse = Warehouse(JANUARY, FEBRUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    before = inodes()
    monkeypatch.setattr(os, "link", refuse)
    reissue(warehouse)
    publish(warehouse.connection, "v2", warehouse.order("v2"))
    assert verify() == []
    assert before.keys() == inodes().keys()
    assert not set(before.values()) & set(inodes().values())
    assert created


def test_shared_files_count_once_when_versions_are_bounded_by_bytes(
    created: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse(JANUARY, FEBRUARY)
    for number in range(4):
        warehouse.change(description=f"Description {number}.")
        publish(warehouse.connection, f"v{number}", warehouse.order(f"v{number}"))
    sizes = [each.size_bytes for each in all_versions()]
    assert len(sizes) == 4
    monkeypatch.setenv("ONTIME_KEPT_GIGABYTES", str(1 / 1_000_000_000))
    add_an_airport(warehouse)
    publish(warehouse.connection, "v4", warehouse.order("v4"))
    # never fewer than the one in place and the one to go back to
    assert [each.name for each in all_versions()] == ["v3", "v4"]
    assert created


def test_a_reader_sees_the_features_of_the_file_that_it_opened(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    late = "select count(*) from marts.ml_arrival_delay_features where is_late_arrival"
    with open_published() as reader:
        warehouse.connection.execute(
            "update marts.ml_arrival_delay_features set is_late_arrival = true"
        )
        publish(warehouse.connection, "v2", warehouse.order("v2"))
        assert reader.execute(late).fetchall() == [(400,)]
        with open_published() as later:
            assert later.execute(late).fetchall() == [(2000,)]
    assert created


def test_no_statement_of_a_reader_writes_the_features(created: list[str]) -> None:
    warehouse = Warehouse(JANUARY)
    publish(warehouse.connection, "v1", warehouse.order("v1"))
    (month,) = version().folder.glob("features/*/*.parquet")
    with open_published() as reader, pytest.raises(duckdb.PermissionException):
        reader.execute(f"copy (select 1 as a) to '{month}'")
    assert os.listdir(month.parent) == [month.name]  # noqa: PTH208 - hidden files as well
    assert verify() == []
    assert created
