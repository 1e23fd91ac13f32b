"""Tests of the documentation: complete, true and reachable."""
