"""A Spark cluster for the models: its processes, the lake that it reads, and what it computed."""
