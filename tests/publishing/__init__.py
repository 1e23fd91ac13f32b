"""Tests of publishing: how a tested build reaches readers, and stays unchanged."""
