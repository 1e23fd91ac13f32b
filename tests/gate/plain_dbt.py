"""Run dbt in this process without the shortcuts of the test suite."""

from __future__ import annotations

import sys
from pathlib import Path

from dbt.cli.main import cli
from dotenv import load_dotenv

from tests.dbt_shortcuts import take_none

if __name__ == "__main__":
    take_none()
    load_dotenv(Path(".env"), override=False)  # as dbt does when it is imported
    cli(sys.argv[1:], prog_name="dbt")
