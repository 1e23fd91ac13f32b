"""Tests of Dagster around the project's commands."""
