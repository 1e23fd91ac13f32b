"""Load source files unchanged into the warehouse's raw tables, with a receipt for each file.

This package moves bytes and does not interpret flights. `sources` describes what each publisher
sends, `download` fetches it, `landing` keeps it as it came, `reading` turns it into rows of text,
`loading` writes these into the raw tables with dlt, and `commands` is the command line. Each of
these folders imports only from those named before it in this order: reading, landing, download,
loading, sources, commands.
"""

import os

# dlt reads these when it is first imported. Nothing calls home, and nothing is written outside
# the project's own folders, whatever folder the program was started in.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "CRITICAL")
os.environ.setdefault("RUNTIME__INTERCEPT_SIGNALS", "false")
os.environ.setdefault("NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID", "true")
os.environ.setdefault("RESTORE_FROM_DESTINATION", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
