"""Load source files unchanged into the warehouse's raw tables, with a receipt for each file.

This package moves bytes and does not interpret flights: see `ingest.sources` for what each
publisher sends, `ingest.delimited` for reading it, `ingest.loading` for the dlt pipelines.
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
