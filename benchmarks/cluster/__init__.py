"""The whole project on a Spark cluster of this machine, compared with DuckDB's."""
