"""What changed between two publications: their tables, columns, months and values.

Only files are compared, never the warehouse, so any two publications can be, at any time: versions
that are kept, releases, copies. DuckDB does the comparing; both files are opened read-only.
"""
