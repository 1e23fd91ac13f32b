"""Copies of the publication, for clients that cannot open the published file."""
