"""Trace each column through the SQL of every model back to the raw columns."""
