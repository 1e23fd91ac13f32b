"""The publication for programs that do not open its file: Superset, PostgreSQL, assistants."""
