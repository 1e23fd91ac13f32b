"""From a tested build to the file that readers open, and the proof that it is still that file.

- `identity`: what a build is made from: code, variables, target, source files, packages.
- `versions`: the publications that are kept, each a folder with checksums of what it holds.
- `guards`: why a program that opens a published file for writing leaves nothing behind.
- `placement`: put a version in place, roll back, remove old ones; each step can be repeated.
- `writing`: run the statements that write a version, in a folder that nobody sees yet.
- `verification`: whether readers see what was published, and whether it is up to date.
"""
