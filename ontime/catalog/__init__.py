"""What is known about the tables: their columns, promises and lineage."""
