"""The published features are one self-describing folder that never lags behind the file."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import duckdb
import mlcroissant  # type: ignore[import-untyped]
import pandas as pd
import pytest
from pyarrow.dataset import dataset
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]

from ontime.publishing.features import CARD, CROISSANT, PARQUET, TABLE, describe_features
from ontime.publishing.placement import roll_back
from tests.commands import Project
from tests.publishing.made_up import publish


@pytest.fixture(scope="module")
def features(built: Project) -> Path:
    """Return the folder of the features that a whole build has published."""
    return built.folder / "data" / "published" / "features"


@pytest.fixture(scope="module")
def description(features: Path) -> mlcroissant.Dataset:
    """Return the description as its library parses it, so that an error in it fails here."""
    return mlcroissant.Dataset(features / CROISSANT)


def test_the_description_is_valid(description: mlcroissant.Dataset) -> None:
    assert not description.metadata.ctx.issues.errors
    assert not description.metadata.ctx.issues.warnings


def test_the_description_has_the_type_and_meaning_of_every_column(
    features: Path, published: duckdb.DuckDBPyConnection
) -> None:
    fields = json.loads((features / CROISSANT).read_bytes())["recordSet"][0]["field"]
    columns = published.execute(
        "select column_name, description from catalogue.columns "
        "where table_name = 'ml_arrival_delay_features' order by ordinal_position"
    ).fetchall()
    assert [(field["name"], field["description"]) for field in fields] == columns
    in_file = duckdb.execute(
        f"select column_name from (describe from '{features / PARQUET}')"
    ).fetchall()
    assert in_file == [(name,) for name, _ in columns]


def test_records_can_be_read_by_the_description(
    description: mlcroissant.Dataset, published: duckdb.DuckDBPyConnection
) -> None:
    record = next(iter(description.records("features")))
    row = published.execute(
        "select distance_miles, known_weather_temperature_fahrenheit "
        "from marts.ml_arrival_delay_features where flight_id = ? and prediction_horizon = ?",
        [record["flight_id"].decode(), record["prediction_horizon"].decode()],
    ).fetchone()
    assert row
    miles, temperature = row
    assert record["distance_miles"] == miles
    read = record["known_weather_temperature_fahrenheit"]
    assert read == temperature or (temperature is None and read != read)  # noqa: PLR0124 - NaN


def test_pandas_reads_types_that_a_null_does_not_change_and_that_can_be_learned_from(
    features: Path,
) -> None:
    rows = pd.read_parquet(features / PARQUET.removesuffix("/*.parquet"))
    kinds = rows.dtypes.astype(str)
    assert kinds["is_late_arrival"] == "boolean"
    assert kinds["arrival_delay_minutes"] == "Int32"
    assert kinds["inbound_due_flights"] == "Int32"
    assert kinds["is_cancelled"] == "boolean"
    assert rows["is_late_arrival"].isna().any()
    arrow = dataset(features / PARQUET.removesuffix("/*.parquet"), format="parquet")
    assert arrow.head(5, columns=["is_late_arrival"]).to_pandas().dtypes.astype(str).tolist() == [
        "boolean"
    ]
    known = rows[rows["is_late_arrival"].notna()].head(5_000)
    inputs = known.select_dtypes("number").dropna(axis=1, how="all")
    assert "inbound_due_flights" not in inputs
    HistGradientBoostingClassifier(max_iter=2).fit(inputs, known["is_late_arrival"])


def test_the_description_lists_every_month_with_its_checksum(
    features: Path, published: duckdb.DuckDBPyConnection
) -> None:
    described = json.loads((features / CROISSANT).read_bytes())["distribution"]
    described_files = {
        file["contentUrl"]: file for file in described if file["@type"] == "cr:FileObject"
    }
    months = published.execute(
        "select flight_month from catalogue.table_months where table_name = ? order by 1", [TABLE]
    ).fetchall()
    assert list(described_files) == [f"{TABLE}/{month:%Y-%m}.parquet" for (month,) in months]
    assert {features / path for path in described_files} == set(features.glob(PARQUET))
    for path, file in described_files.items():
        content = (features / path).read_bytes()
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["contentSize"] == f"{len(content)} B"


def test_the_months_hold_the_rows_of_the_warehouse(built: Project, features: Path) -> None:
    for file in sorted(features.glob(PARQUET)):
        month = f"{file.stem}-01"
        with duckdb.connect(str(built.warehouse_file), read_only=True) as warehouse:
            differing = warehouse.execute(
                f"""
                with inside as (
                    select columns(name -> not starts_with(name, '_')) from marts.{TABLE}
                    where flight_month = date '{month}'
                )

                select count(*) from (
                    (from inside except all from '{file}')
                    union all
                    (from '{file}' except all from inside)
                )
                """
            ).fetchone()
        assert differing == (0,), file


def test_the_page_says_how_to_open_the_months(features: Path) -> None:
    card = (features / CARD).read_text(encoding="utf-8")
    (statement,) = re.findall(r"```sql\n(.+?);\n```", card)
    (folder,) = re.findall(r'pandas.read_parquet\("(.+?)"\)', card)
    here = statement.replace("data/published/features", str(features))
    rows = duckdb.execute(f"select count(*) from ({here})").fetchall()
    assert rows == [(len(pd.read_parquet(features / Path(folder).name, columns=["flight_id"])),)]
    assert rows[0][0] > 0


def test_the_same_publication_gives_the_same_bytes(built: Project, tmp_path: Path) -> None:
    first = built.folder / "data" / "published" / "features"
    shutil.copytree(first / TABLE, tmp_path / TABLE)
    describe_features(built.published_file, tmp_path, {})
    for name in (CROISSANT, CARD):
        assert (first / name).read_bytes() == (tmp_path / name).read_bytes()


def test_the_features_go_with_the_publication_and_come_back_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    features = tmp_path / "published" / "features"

    def described_files() -> str:
        return str(json.loads((features / CROISSANT).read_bytes())["identifier"])

    for number in range(1, 8):
        publish(f"2026010{number}", number)
        assert described_files() == f"2026010{number}"
    assert roll_back()[0].name == "20260106"
    assert described_files() == "20260106"
    kept = sorted((tmp_path / "published" / "versions").glob("[!.]*/features"))
    assert [folder.parent.name for folder in kept] == [f"2026010{number}" for number in range(3, 8)]


def test_a_publication_without_features_takes_the_old_ones_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    publish("20260101", 1)
    publish("20260102", 2, features=False)
    assert not (tmp_path / "published" / "features").exists()
