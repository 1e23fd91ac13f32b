"""Published numbers are finite: NaN and infinity sort above all numbers and spoil every sum."""

import duckdb


def test_no_published_column_holds_nan_or_infinity(
    published: duckdb.DuckDBPyConnection,
) -> None:
    columns = published.execute(
        """
        select schema_name, table_name, column_name
        from duckdb_columns()
        where data_type in ('DOUBLE', 'FLOAT') and schema_name in ('marts', 'catalogue')
        """
    ).fetchall()
    assert len(columns) > 100
    found = [
        f"{schema}.{table}.{column}"
        for schema, table, column in columns
        if published.execute(
            f"select count(*) from {schema}.{table} where not isfinite({column})"
        ).fetchone()
        != (0,)
    ]
    assert not found
