"""The comparison finds exactly what was changed in a copy, no more and no less."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ontime.releases.comparison.difference import Difference, TableDifference, compare
from ontime.releases.comparison.rows import MOST_EXAMPLES, Example, MonthDifference, RowDifference
from ontime.releases.comparison.structure import StructureChange
from tests.releases.publications import publish

JANUARY, FEBRUARY, MARCH = (date(2013, month, 1) for month in (1, 2, 3))
NOTHING = RowDifference()


def after(folder: Path, *changes: str, every_row: bool = False) -> Difference:
    """Return the differences between a publication and a changed copy of it."""
    before = publish(folder / "before.duckdb", "before")
    return compare(before, publish(folder / "after.duckdb", "after", changes), every_row=every_row)


def of(difference: Difference, table: str) -> TableDifference:
    """Return the differences in a table, the only one that differs."""
    assert [other.name for other in difference.changed] == [table]
    return difference.changed[0]


def test_equal_content_differs_in_nothing(tmp_path: Path) -> None:
    for every_row in (False, True):
        folder = tmp_path / str(every_row)
        difference = after(folder, every_row=every_row)
        assert difference.changed == ()
        assert {table.name: table.rows for table in difference.tables}.keys() == {
            "dim_carriers",
            "fct_flights",
            "mart_carrier_hours",
            "mart_empty",
        }
        assert (difference.before.name, difference.after.name) == ("before", "after")


def test_rows_and_values_are_counted_by_month_and_column(tmp_path: Path) -> None:
    table = of(
        after(
            tmp_path,
            "update marts.fct_flights set delay_minutes = delay_minutes + 100 "
            "where flight_month = '2013-02-01'",
            "update marts.fct_flights set carrier_code = null, departure_at_utc = null "
            "where flight_id = '2013-02-2'",
            "delete from marts.fct_flights where flight_id in ('2013-01-3', '2013-03-4')",
            "insert into marts.fct_flights values ('2013-03-9', null, 7, '2013-03-01', null)",
        ),
        "fct_flights",
    )
    assert (table.status, table.rows_before, table.rows_after) == ("changed", 18, 17)
    rows = table.rows
    # the first flight of a month has no delay: null + 100 is null
    assert (rows.added, rows.removed, rows.changed) == (1, 2, 5)
    assert rows.months == (
        MonthDifference(JANUARY, 0, 1, 0),
        MonthDifference(FEBRUARY, 0, 0, 5),
        MonthDifference(MARCH, 1, 1, 0),
    )
    assert rows.key == ("flight_id",)
    assert rows.added_examples == ("2013-03-9",)
    assert rows.removed_examples == ("2013-01-3", "2013-03-4")
    assert {column.name: column.values_changed for column in rows.columns} == {
        "carrier_code": 1,
        "delay_minutes": 5,
        "departure_at_utc": 1,
    }
    examples = {column.name: column.examples for column in rows.columns}
    assert examples["carrier_code"] == (Example("2013-02-2", "UA", None),)
    assert examples["delay_minutes"] == tuple(
        Example(f"2013-02-{number}", str(number - 2), str(number + 98)) for number in (2, 3, 4)
    )
    assert len(examples["delay_minutes"]) == MOST_EXAMPLES


def test_rows_of_several_key_columns_are_matched_by_all_of_them(tmp_path: Path) -> None:
    table = of(
        after(
            tmp_path,
            "update marts.mart_carrier_hours set flights = 99 where carrier_code = 'B6' "
            "and departure_hour = 2",
            "update marts.mart_carrier_hours set departure_hour = 23 where carrier_code = 'AA' "
            "and departure_hour = 0",
        ),
        "mart_carrier_hours",
    )
    rows = table.rows
    assert (rows.added, rows.removed, rows.changed, rows.months) == (1, 1, 1, ())
    assert (rows.added_examples, rows.removed_examples) == (("AA, 23",), ("AA, 0",))
    (column,) = rows.columns
    assert (column.name, column.values_changed) == ("flights", 1)
    assert column.examples == (Example("B6, 2", "20", "99"),)


def test_a_row_that_moves_to_another_month_counts_in_the_later_one(tmp_path: Path) -> None:
    change = (
        "update marts.fct_flights set flight_month = '2013-03-01' where flight_id = '2013-01-2'"
    )
    rows = of(after(tmp_path, change), "fct_flights").rows
    assert rows.months == (MonthDifference(MARCH, 0, 0, 1),)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "alter table marts.fct_flights add column gate varchar",
            StructureChange("added", "gate", None, "varchar", False),
        ),
        (
            "alter table marts.fct_flights drop column departure_at_utc",
            StructureChange("removed", "departure_at_utc", "timestamp", None, True),
        ),
        (
            "alter table marts.fct_flights alter column delay_minutes type bigint",
            StructureChange("type", "delay_minutes", "integer", "bigint", True),
        ),
        (
            "alter table marts.fct_flights alter column flight_month drop not null",
            StructureChange("null", "flight_month", "never null", "may be null", True),
        ),
    ],
)
def test_a_change_of_shape_alone_changes_no_row(
    tmp_path: Path, change: str, expected: StructureChange
) -> None:
    difference = after(tmp_path, change)
    table = of(difference, "fct_flights")
    assert expected in table.structure
    assert {structure.what for structure in table.structure} <= {expected.what}
    assert (table.rows.added, table.rows.removed, table.rows.changed) == (0, 0, 0)
    assert (("fct_flights", expected) in difference.breaking) == expected.is_breaking


def test_added_and_removed_tables_are_reported_with_their_rows(tmp_path: Path) -> None:
    difference = after(
        tmp_path,
        "create table marts.mart_new as select range as number from range(5)",
        "drop table marts.mart_carrier_hours",
    )
    statuses = {table.name: (table.status, table.rows) for table in difference.changed}
    assert statuses == {
        "mart_new": ("added", RowDifference(added=5)),
        "mart_carrier_hours": ("removed", RowDifference(removed=9)),
    }
    assert [name for name, _ in difference.breaking] == ["mart_carrier_hours"]


def test_a_value_of_a_new_type_is_compared_as_that_type(tmp_path: Path) -> None:
    table = of(
        after(
            tmp_path,
            "alter table marts.fct_flights alter column delay_minutes type varchar",
            "update marts.fct_flights set delay_minutes = 'late' where flight_id = '2013-01-2'",
        ),
        "fct_flights",
    )
    (column,) = table.rows.columns
    assert column.examples == (Example("2013-01-2", "0", "late"),)
    # and back: a text that is not a number became null
    folder = tmp_path / "back"
    before = publish(
        folder / "before.duckdb",
        changes=[
            "alter table marts.fct_flights alter column delay_minutes type varchar",
            "update marts.fct_flights set delay_minutes = 'late' where flight_id = '2013-01-2'",
        ],
    )
    null = "update marts.fct_flights set delay_minutes = null where flight_id = '2013-01-2'"
    rows = of(compare(before, publish(folder / "after.duckdb", changes=[null])), "fct_flights").rows
    assert rows.columns[0].examples == (Example("2013-01-2", "late", None),)


def test_without_a_key_in_common_whole_rows_are_counted(tmp_path: Path) -> None:
    rekeyed = (
        "create table marts.other as select * from marts.fct_flights",
        "drop table marts.fct_flights",
        "create table marts.fct_flights as select * from marts.other",
        "drop table marts.other",
    )
    doubled = "insert into marts.fct_flights from marts.fct_flights where flight_id = '2013-02-2'"
    changed = "update marts.fct_flights set delay_minutes = 9 where flight_id = '2013-03-2'"
    before = publish(tmp_path / "before.duckdb")
    file = publish(tmp_path / "after.duckdb", changes=[*rekeyed, doubled, changed])
    with duckdb.connect(str(file)) as connection:
        connection.execute("update catalogue.columns set is_primary_key = false")
    flights = {table.name: table for table in compare(before, file).changed}["fct_flights"]
    rows = flights.rows
    assert rows.key == ()
    assert (rows.added, rows.removed, rows.changed) == (2, 1, 0)
    assert [(month.added, month.removed) for month in rows.months] == [(1, 0), (1, 1)]
    words = [change.in_words() for change in flights.structure if change.is_breaking]
    assert words[0] == "primary key changed, from flight_id to none"


def test_a_changed_meaning_is_reported(tmp_path: Path) -> None:
    file = publish(tmp_path / "after.duckdb", "after")
    with duckdb.connect(str(file)) as connection:
        for change in (
            "unit = 'seconds', description = 'Other.' where column_name = 'delay_minutes'",
            "references_column = null where column_name = 'carrier_code'"
            " and table_name = 'fct_flights'",
        ):
            connection.execute(f"update catalogue.columns set {change}")
        connection.execute("update catalogue.tables set description = 'So.' where row_count = 18")
    table = of(compare(publish(tmp_path / "before.duckdb"), file), "fct_flights")
    assert table.rows == NOTHING
    assert [change.in_words() for change in table.structure] == [
        "description reworded",
        "column carrier_code: refers, from dim_carriers.carrier_code to nothing",
        "column delay_minutes: unit, from minutes to seconds",
        "column delay_minutes: description reworded",
    ]


def test_a_change_behind_the_catalogues_back_is_found_when_every_row_is_read(
    tmp_path: Path,
) -> None:
    before, file = publish(tmp_path / "before.duckdb"), publish(tmp_path / "after.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("delete from marts.fct_flights where flight_id = '2013-01-1'")
    assert compare(before, file).changed == ()
    assert of(compare(before, file, every_row=True), "fct_flights").rows.removed == 1


def test_hashes_of_another_duckdb_are_no_difference(tmp_path: Path) -> None:
    before, file = publish(tmp_path / "before.duckdb"), publish(tmp_path / "after.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("update catalogue.publication set content_hash_method = 'of another'")
        connection.execute("update catalogue.tables set content_hash = md5(content_hash)")
    assert compare(before, file).changed == ()


def test_enforced_keys_count_only_where_the_catalogue_lists_none(tmp_path: Path) -> None:
    plain = (
        "create table marts.other as select * from marts.fct_flights",
        "drop table marts.fct_flights",
        "create table marts.fct_flights as select * from marts.other",
        "alter table marts.fct_flights alter column flight_id set not null",
        "alter table marts.fct_flights alter column flight_month set not null",
        "drop table marts.other",
    )
    before = publish(tmp_path / "before.duckdb")
    after = publish(tmp_path / "after.duckdb", changes=plain)
    assert compare(before, after).changed == ()


def test_an_older_layout_is_compared_by_what_it_has(tmp_path: Path) -> None:
    older = publish(tmp_path / "older.duckdb")
    with duckdb.connect(str(older)) as connection:
        connection.execute("drop table catalogue.columns")
        connection.execute("drop table catalogue.source_receipts")
        connection.execute("alter table catalogue.tables drop column content_hash")
        connection.execute("alter table catalogue.publication drop column fingerprint")
        connection.execute("update marts.fct_flights set delay_minutes = 5 where delay_minutes = 4")
    difference = compare(older, publish(tmp_path / "newer.duckdb"))
    changed = {table.name: table.rows.changed for table in difference.changed}
    assert changed.pop("fct_flights") == 3
    assert set(changed.values()) <= {0}
