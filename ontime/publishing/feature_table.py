"""What a publication states about its feature table, for the two descriptions made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

TABLE = "ml_arrival_delay_features"
# every file of this pattern belongs to the table
PARQUET = f"{TABLE}/*.parquet"
CROISSANT = "croissant.json"

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"

LIMITS = (
    "Reporting carriers of the United States only; with the embedded sample, the flights that left "
    "New York (EWR, JFK, LGA) in 2013. Arrival delays exist for completed flights only, so flights "
    "that were cancelled, diverted or lost from the record have no label. Schedules are padded by "
    "the carriers, and a delay is measured against them."
)
COLLECTION = (
    "Reported by the carriers to the US Department of Transportation (14 CFR 234); hourly weather "
    "of the airports. Transformed by the ontime warehouse: every feature is made of events at or "
    "before the instant of the prediction."
)


class FeaturesError(Exception):
    """A publication does not describe its feature table; the message says what is missing."""


@dataclass(frozen=True)
class FeatureColumn:
    """A column of the feature table; `known_at` is the column or stage that says since when."""

    name: str
    data_type: str
    is_primary_key: bool
    known_at: str | None
    description: str


@dataclass(frozen=True)
class FeaturePublication:
    """What a publication states about itself and its feature table."""

    name: str
    built_at: str
    revision: str
    fingerprint: str
    description: str
    rows: int
    columns: list[FeatureColumn]
    sources: list[tuple[str, str]]
    splits: list[tuple[Any, ...]]
    first_day: str
    last_day: str

    @property
    def citation(self) -> str:
        """Return the BibTeX entry."""
        year = self.built_at[:4]
        key = f"ontime_{self.fingerprint[:12]}"
        return (
            f"@misc{{{key}, title = {{ontime: arrival delay features of US flights}}, "
            f"year = {{{year}}}, note = {{Publication {self.name}, "
            f"fingerprint {self.fingerprint}}}}}"
        )


def read_features(connection: duckdb.DuckDBPyConnection, folder: Path) -> FeaturePublication:
    """Read what a publication's catalogue, and the months in its folder, say of the feature table.

    Raises:
        FeaturesError: the publication's description of the table is incomplete.

    """
    table = connection.execute(
        "select description, row_count from catalogue.tables where table_name = ?", [TABLE]
    ).fetchone()
    publication = connection.execute(
        "select publication_name, strftime(built_at_utc, '%Y-%m-%d'), git_revision, fingerprint "
        "from catalogue.publication"
    ).fetchone()
    columns = connection.execute(
        "select column_name, data_type, is_primary_key, known_at, description "
        "from catalogue.columns where table_name = ? order by ordinal_position",
        [TABLE],
    ).fetchall()
    if table is None or publication is None or not columns:
        raise FeaturesError(f"The publication's catalogue does not describe marts.{TABLE}.")
    splits: list[tuple[Any, ...]] = []
    if any(folder.glob(PARQUET)):
        splits = connection.execute(
            """
            select
                prediction_horizon, data_split, min(flight_date)::varchar,
                max(flight_date)::varchar, count(*), count(is_late_arrival),
                count(*) filter (where is_late_arrival),
                count(*) filter (where is_cancelled_or_never_departed)
            from read_parquet(?) group by all order by 1 desc, 3
            """,
            [str(folder / PARQUET)],
        ).fetchall()
    name, built_at, revision, fingerprint = publication
    return FeaturePublication(
        name=name,
        built_at=built_at,
        revision=revision,
        fingerprint=fingerprint,
        description=table[0],
        rows=table[1],
        columns=[FeatureColumn(*column) for column in columns],
        sources=connection.execute(
            "select distinct file_name, file_sha256 from catalogue.source_receipts order by all"
        ).fetchall(),
        splits=splits,
        first_day=min((split[2] for split in splits), default=""),
        last_day=max((split[3] for split in splits), default=""),
    )
