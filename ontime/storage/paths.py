"""The paths of the data: one folder, `data/` unless ONTIME_DATA_DIR names another."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the folder that holds all of the project's data."""
    return Path(os.environ.get("ONTIME_DATA_DIR") or "data")


def warehouse_file() -> Path:
    """Return the warehouse file, with raw tables, staging, intermediate models and marts."""
    return data_folder() / "ontime.duckdb"


def spill_folder(warehouse: Path) -> Path:
    """Return where DuckDB keeps what exceeds its memory limit, unless that is set elsewhere."""
    return warehouse.with_name(f"{warehouse.name}.tmp")


def published_folder() -> Path:
    """Return the folder that readers use."""
    return data_folder() / "published"


def published_file() -> Path:
    """Return the file that readers open, which is always a complete, tested build."""
    return published_folder() / "ontime_marts.duckdb"


def published_features() -> Path:
    """Return the folder with the current publication's features, for training models."""
    return published_folder() / "features"


def releases_folder() -> Path:
    """Return the folder of the releases: publications written to be cited and archived."""
    return data_folder() / "releases"


def runs_folder() -> Path:
    """Return the folder with the log of runs."""
    return data_folder() / "runs"
