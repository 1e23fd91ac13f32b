"""Tests against the reference implementations of the open standards that the project writes."""
