"""Where the data lives: one folder, `data/` unless ONTIME_DATA_DIR names another."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the folder that holds everything the project writes about flights."""
    return Path(os.environ.get("ONTIME_DATA_DIR") or "data")


def warehouse_file() -> Path:
    """Return the warehouse: raw tables, staging, intermediate models and marts."""
    return data_folder() / "ontime.duckdb"


def published_folder() -> Path:
    """Return the folder that readers look into."""
    return data_folder() / "published"


def published_file() -> Path:
    """Return the file that readers open: always a whole, tested build."""
    return published_folder() / "ontime_marts.duckdb"


def published_features() -> Path:
    """Return the folder of the features of the publication in place, for training models."""
    return published_folder() / "features"


def releases_folder() -> Path:
    """Return the folder of the releases: what is published, written to be cited and kept."""
    return data_folder() / "releases"
