"""Tests of the tests: none of them depends on the clock, the order of a set, or luck."""
