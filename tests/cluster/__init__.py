"""Tests of what a Spark cluster reads and computes."""
