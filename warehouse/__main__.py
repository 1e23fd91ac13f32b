"""Run the command line: `python -m warehouse`."""

from warehouse.cli import app

app(prog_name="python -m warehouse")
