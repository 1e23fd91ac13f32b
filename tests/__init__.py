"""Tests of the whole project, from a source file to the published marts."""
