"""Tests of releases and of the comparison of publications."""
