"""The flight-punctuality warehouse around dbt and SQL, by the stage of the data's life.

`ingest`, a package of its own, brings the files in. Here follows what comes after, lowest first:

- `terminal`: text, progress and Ctrl-C, for every command.
- `storage`: where the files are, who writes them, what a table's content hashes to, how to read.
- `publishing`: put a tested build in place for readers, check it, go back.
- `transformation`: run dbt, and read the manifests that it writes.
- `catalog`: what is known about the tables: dictionary, contracts, lineage.
- `querying`: ask the published file: answers, prompt, worked questions.
- `metrics`: questions in the terms of the semantic models.
- `releases`: publications to be cited and kept, and what changed between two.
- `serving`: Superset, PostgreSQL and the answers for assistants.
- `site`: the pages: dashboards, report cards, explorer, guides, dictionary.
- `ml`: a baseline from the published features.
- `orchestration`: Dagster, which runs the commands by schedule.
- `alerts`: report once what went wrong.
- `commands`: the commands of `ontime`, which `cli.py` lists.

A package imports only what stands above it in this list; `ingest` stands between `storage` and
`publishing`. `tests/gate/test_layers.py` holds the order.
"""
