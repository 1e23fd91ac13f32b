"""Run the command line: `python -m ingest`."""

import sys

try:
    from ingest.commands.cli import app
except KeyboardInterrupt:  # importing takes a second, long enough for a change of mind
    sys.stderr.write("Stopped. Nothing was done.\n")
    sys.exit(130)

app(prog_name="python -m ingest")
