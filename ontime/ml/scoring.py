"""Score a schedule of flights to come, with a saved model and what the publication knows.

The file has one row per flight. What it does not say comes from the publication: distance and block
time from the last flight of the route, histories from the last prediction of the same route and
carrier. So no rule of a feature is repeated here. What neither knows, such as the traffic of the
last hours, is unknown to the model, which was trained with such gaps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ontime.ml.model import Model, ModelError
from ontime.publishing.features import PARQUET
from ontime.storage.paths import published_features
from ontime.storage.reader import open_published

REQUIRED = (
    "flight_date",
    "carrier_code",
    "origin_airport_code",
    "destination_airport_code",
    "scheduled_departure_at_local",
)
KEPT = (*REQUIRED, "flight_number", "scheduled_arrival_at_local")
_MOST_FLIGHTS = 1_000_000
_READERS = {".csv": "read_csv(?, all_varchar = true)", ".parquet": "read_parquet(?)"}


def score(model: Model, file: Path, horizon: str) -> pd.DataFrame:
    """Return the flights of a file with the chance that each arrives late.

    Raises:
        ModelError: the file cannot be read, or is not a schedule.
        ReaderError: nothing is published.

    """
    if not file.is_file():
        raise ModelError(f"There is no file {file}.")
    if file.suffix.lower() not in _READERS:
        raise ModelError(f"{file} is neither CSV nor Parquet: its name must say which it is.")
    features = published_features() / PARQUET
    also = [file, *sorted(features.parent.glob(features.name))]
    with open_published(also=also) as connection:
        schedule = _schedule(connection, file)
        known = _last_known(connection, [str(each.resolve()) for each in also[1:]], horizon)
    rows = schedule.merge(
        known["route"], how="left", on=["origin_airport_code", "destination_airport_code"]
    )
    rows = rows.merge(known["carrier"], how="left", on="carrier_code")
    scored = schedule[[name for name in KEPT if name in schedule]].copy()
    scored["late_arrival_chance"] = model.chances(rows).round(4)
    scored["route_known_until"] = rows["route_known_until"].to_numpy()
    return scored


def _schedule(connection: duckdb.DuckDBPyConnection, file: Path) -> pd.DataFrame:
    """Return the flights of a file with what the schedule itself says of them."""
    try:
        given = connection.execute(
            f"select * from {_READERS[file.suffix.lower()]} limit {_MOST_FLIGHTS + 1}",  # noqa: S608
            [str(file.resolve())],
        ).df()
    except duckdb.Error as error:
        raise ModelError(f"{file} cannot be read: {str(error).splitlines()[0]}") from None
    if missing := [name for name in REQUIRED if name not in given]:
        raise ModelError(
            f"{file} has no column {missing[0]}: a schedule has {', '.join(REQUIRED)}, and may "
            "have flight_number and scheduled_arrival_at_local."
        )
    if given.empty or len(given) > _MOST_FLIGHTS:
        raise ModelError(
            f"{file} has {len(given):,} flights: 1 to {_MOST_FLIGHTS:,} can be scored."
        )
    # nothing else: a column that happens to have a feature's name is none
    rows = given[[name for name in KEPT if name in given]].copy()
    for name in REQUIRED:
        if rows[name].isna().any():
            raise ModelError(f"{file}, flight {_first(rows[name].isna())}: {name} is missing.")
    for name in ("flight_date", "scheduled_departure_at_local"):
        rows[name] = _instants(rows[name], file, name)
        if rows[name].isna().any():
            place = _first(rows[name].isna())
            raise ModelError(
                f"{file}, flight {place}: {name} is {given[name].iloc[place - 1]!r}, and should be "
                "such as 2014-01-31 or 2014-01-31 18:45."
            )
    departure = rows["scheduled_departure_at_local"]
    if (is_other := departure.dt.normalize() != rows["flight_date"].dt.normalize()).any():
        raise ModelError(
            f"{file}, flight {_first(is_other)}: scheduled_departure_at_local is not on its "
            "flight_date, which is the date of the departure on the clock of its airport."
        )
    rows["scheduled_departure_hour"] = departure.dt.hour
    rows["scheduled_departure_minute_of_day"] = 60 * departure.dt.hour + departure.dt.minute
    rows["iso_weekday"] = rows["flight_date"].dt.day_of_week + 1
    rows["is_weekend"] = rows["iso_weekday"] > 5  # noqa: PLR2004 - Saturday and Sunday
    if "scheduled_arrival_at_local" in rows:
        arrival = _instants(rows["scheduled_arrival_at_local"], file, "scheduled_arrival_at_local")
        rows["scheduled_arrival_hour"] = arrival.dt.hour
    return rows


def _instants(values: pd.Series, file: Path, name: str) -> pd.Series:
    """Return text as times on the clock of an airport; what is none is missing."""
    try:
        read = pd.to_datetime(values, errors="coerce", format="ISO8601")
    except ValueError:  # times with different offsets
        read = None
    if read is None or read.dt.tz is not None:
        raise ModelError(
            f"{file}: {name} has offsets from UTC; it should be the time on the clock of the "
            "airport, such as 2014-01-31 18:45."
        )
    return read


def _first(is_so: pd.Series) -> int:
    """Return the number of the first flight of which something is so, counted from 1."""
    return int(is_so.to_numpy().argmax()) + 1


def _last_known(
    connection: duckdb.DuckDBPyConnection, features: list[str], horizon: str
) -> dict[str, pd.DataFrame]:
    """Return the histories of routes and carriers as of their last prediction."""
    if not features:
        raise ModelError(f"No features are published in {published_features()}: run `make run`.")
    found: dict[str, Any] = {}
    columns = connection.execute("describe from read_parquet(?)", [features]).df().column_name
    for subject, keys, also in (
        (
            "route",
            "origin_airport_code, destination_airport_code",
            ["distance_miles", "scheduled_block_minutes"],
        ),
        ("carrier", "carrier_code", []),
    ):
        history = [name for name in columns if name.startswith(f"{subject}_history_")]
        wanted = ", ".join([*also, *(name for name in history if not name.endswith("_at_utc"))])
        found[subject] = connection.execute(
            f"select {keys}, {wanted}, cast(flight_date as varchar) as {subject}_known_until "  # noqa: S608
            "from read_parquet(?) where prediction_horizon = ? "
            f"qualify row_number() over (partition by {keys} "
            "order by prediction_at_utc desc, flight_id desc) = 1",
            [features, horizon],
        ).df()
    return found
