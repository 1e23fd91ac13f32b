"""The commands of ingestion, and what they show."""
