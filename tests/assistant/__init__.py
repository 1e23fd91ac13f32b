"""Assistants: a client of the protocol asks the command, over the standard streams and HTTP."""
