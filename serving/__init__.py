"""Copies of what is published, for clients that cannot open the published file."""
