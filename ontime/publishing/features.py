"""Write the features of a publication for people who train models.

Each publication has one folder: the feature table as one Parquet file for each month, its Croissant
description, which describes each field in JSON-LD, and a data card for people. The table is nowhere
else. Description and card are generated from the publication alone and name it.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from ontime.publishing.data_card import data_card
from ontime.publishing.feature_croissant import feature_croissant
from ontime.publishing.feature_table import CROISSANT, PARQUET, TABLE, FeaturesError, read_features
from ontime.publishing.versions import Checksum, checksums
from ontime.storage.memory import limit_memory

__all__ = [
    "CARD",
    "CROISSANT",
    "PARQUET",
    "TABLE",
    "FeaturesError",
    "describe_features",
    "has_features",
]

CARD = "README.md"


def has_features(publication: Path) -> bool:
    """Return whether a publication has a feature table."""
    with duckdb.connect(str(publication), read_only=True) as connection:
        found = connection.execute(
            "select 1 from catalogue.tables where table_name = ?", [TABLE]
        ).fetchall()
    return bool(found)


def describe_features(publication: Path, folder: Path, known: dict[Path, Checksum]) -> None:
    """Write the Croissant description and the data card beside the months of the feature table.

    The same publication gives the same bytes. `known` has checksums that need not be computed.

    Raises:
        OSError: the folder cannot be written.
        FeaturesError: the publication's description of the table is incomplete.

    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(publication), read_only=True) as connection:
        limit_memory(connection)
        published = read_features(connection, folder)
    description = feature_croissant(published, checksums(folder, known))
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    (folder / CROISSANT).write_text(text, encoding="utf-8")
    (folder / CARD).write_text(data_card(published), encoding="utf-8")
