"""Load rows into the raw tables with dlt, and keep receipts of what was loaded."""
