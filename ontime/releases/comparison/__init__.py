"""Compare two publications: their tables, columns, months and values.

The comparison reads only published files, never the warehouse, so it works for any two publications
at any time: kept versions, releases or copies. DuckDB compares them; both files are opened
read-only.
"""
