"""Tests of Superset over the published file."""
