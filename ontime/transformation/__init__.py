"""Python's side of dbt: run it, serve it while it builds, read the manifests that it writes."""
