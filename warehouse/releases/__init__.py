"""Releases: what is published, written in open formats, described, and kept to be cited.

A release is a folder that needs nothing beside it. The same publication, the same version and the
same release before it give the same bytes, but for the files that `release.VARIABLE` names.
"""
