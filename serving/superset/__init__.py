"""Apache Superset over the published file: its assets, its configuration, its start."""
