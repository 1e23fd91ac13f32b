"""Land source files in the warehouse's raw tables, word for word, with a receipt for each file.

Python moves bytes here and decides nothing about flights: see `ingest.sources` for what each
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
