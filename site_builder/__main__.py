"""Run the command line: `python -m site_builder`."""

from site_builder.cli import app

app(prog_name="python -m site_builder")
