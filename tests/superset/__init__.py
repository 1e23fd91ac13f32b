"""Tests of Superset on the published file."""
