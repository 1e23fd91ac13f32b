"""The publication for those who do not query its file: a site, Superset, PostgreSQL."""
