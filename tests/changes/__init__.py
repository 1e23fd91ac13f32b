"""Tests of what a change builds, and of the report on what it does."""
