"""Tests of what the warehouse says about its own data."""
