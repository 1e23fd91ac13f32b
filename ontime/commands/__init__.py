"""The commands of `ontime`, one module for each thing that a person asks for.

A module is imported when one of its commands runs, so that no command waits for what others need.
`ontime/cli.py` lists them.
"""
