"""Tests of the copies of what is published."""
