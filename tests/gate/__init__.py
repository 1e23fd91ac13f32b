"""Tests of the tests: none depends on the clock, on set order, or on luck."""
