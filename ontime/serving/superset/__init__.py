"""Apache Superset on the published file: its assets, its configuration, its start."""
