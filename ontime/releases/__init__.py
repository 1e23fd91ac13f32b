"""Releases: publications in open formats, with descriptions, made to be cited and archived.

A release is a self-contained folder. The same publication, project version and previous release
give the same bytes, except for the files in `release.VARIABLE`.
"""
