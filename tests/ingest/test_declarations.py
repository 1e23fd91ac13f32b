"""Declarations name the raw tables, and agree with the tables that dlt creates from them."""

from __future__ import annotations

import pytest
from dlt.common.normalizers.naming.snake_case import NamingConvention

from ingest.declarations import LINEAGE_COLUMNS, Column, Kind, Source, Table, columns
from ingest.sources import SOURCES

DECLARED = [(source, table) for source in SOURCES.values() for table in source.tables]

every_table = pytest.mark.parametrize(
    ("source", "table"), DECLARED, ids=[f"{source.name}.{table.name}" for source, table in DECLARED]
)


@every_table
def test_raw_names_are_the_names_that_dlt_gives(source: Source, table: Table) -> None:
    naming = NamingConvention()
    assert {column.name: column.raw_name for column in table.columns} == {
        column.name: naming.normalize_identifier(column.name) for column in table.columns
    }
    assert naming.normalize_identifier(table.name) == table.name
    assert naming.normalize_identifier(source.dataset) == source.dataset


@every_table
def test_no_name_is_declared_twice(source: Source, table: Table) -> None:
    raw_names = [*(column.raw_name for column in table.columns), *LINEAGE_COLUMNS]
    assert len(set(raw_names)) == len(raw_names)
    names = [name for column in table.columns for name in (column.name, *column.aliases)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "raw_name"),
    [
        ("tailnum", "tailnum"),
        ("FlightDate", "flight_date"),
        ("Reporting_Airline", "reporting_airline"),
        ("DOT_ID_Reporting_Airline", "dot_id_reporting_airline"),
        ("IATA_CODE_Reporting_Airline", "iata_code_reporting_airline"),
        ("CRSDepTime", "crs_dep_time"),
        ("DepDel15", "dep_del15"),
        ("NASDelay", "nas_delay"),
        ("TotalAddGTime", "total_add_g_time"),
        ("Div1AirportSeqID", "div1_airport_seq_id"),
        ("N-NUMBER", "n_number"),
        ("MFR MDL CODE", "mfr_mdl_code"),
        ("NO-SEATS", "no_seats"),
        (" KIT MODEL", "kit_model"),
    ],
)
def test_raw_names_are_the_publishers_in_snake_case(name: str, raw_name: str) -> None:
    assert Column(name).raw_name == raw_name
    assert NamingConvention().normalize_identifier(name) == raw_name


def test_columns_are_required_text_unless_a_kind_is_named() -> None:
    assert columns("a", "b", kinds={"b": Kind.NUMBER}) == (
        Column("a", Kind.TEXT, required=True),
        Column("b", Kind.NUMBER, required=True),
    )


def test_a_kind_for_a_column_that_is_not_declared_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"not declared: \['c'\]"):
        columns("a", "b", kinds={"c": Kind.NUMBER})
