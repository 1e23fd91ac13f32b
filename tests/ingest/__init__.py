"""Tests of ingestion; they mirror the package `ingest`."""
