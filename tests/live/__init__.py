"""Tests of live sources through the command line."""
