"""What a Parquet file tells pandas about its columns, so that a null does not change a type.

Without it, pandas reads whole numbers with a null as decimals, and truth values with a null as
Python objects, which scikit-learn refuses as labels. With it, `pandas.read_parquet` and
`to_pandas` of an Arrow data set use the types of pandas that have a null of their own. Every other
reader ignores it.

Reference: https://pandas.pydata.org/docs/development/developer.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable

_TYPES = {
    "boolean": ("bool", "boolean"),
    "integer": ("int32", "Int32"),
    "bigint": ("int64", "Int64"),
}


def pandas_metadata(columns: Iterable[tuple[str, str]]) -> str:
    """Return the metadata of a file with these columns: the name and the type of each, in SQL."""
    described = [
        {
            "name": name,
            "field_name": name,
            "pandas_type": _TYPES[data_type][0],
            "numpy_type": _TYPES[data_type][1],
            "metadata": None,
        }
        for name, data_type in columns
        if data_type in _TYPES
    ]
    return json.dumps(
        {
            "index_columns": [],
            "column_indexes": [],
            "columns": described,
            "creator": {"library": "ontime", "version": "1"},
            "pandas_version": "3.0.0",
        },
        separators=(",", ":"),
    )


def copy_option(columns: Iterable[tuple[str, str]]) -> str:
    """Return the option of DuckDB's COPY that writes the metadata."""
    text = pandas_metadata(columns).replace("'", "''")
    return f"kv_metadata {{pandas: '{text}'}}"
