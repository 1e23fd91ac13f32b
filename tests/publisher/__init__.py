"""A publisher on this machine, and the files that it publishes, for the tests."""
