"""SQL in the browser: a small copy of the tables, DuckDB for browsers, and the page that asks."""
