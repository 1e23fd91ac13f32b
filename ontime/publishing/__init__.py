"""Publish a tested build as the file that readers open, and verify that file later.

- `identity`: what a build is made from: code, variables, target, source files, packages.
- `versions`: the publications that are kept, each a folder with checksums of its files.
- `guards`: prevent write-ahead logs next to published files.
- `placement`: put a version in place, roll back, remove old ones; each step can be repeated.
- `writing`: run the statements that write a version, in a hidden folder.
- `verification`: check whether readers see what was published, and whether it is up to date.
"""
