"""Tests of the copies of the publication."""
