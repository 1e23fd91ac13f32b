"""Notify people once of what went wrong: runs, quality findings, irregular days."""
