"""Change control: build what a change touches, and show what it does to the data.

A change is the difference between the files in this folder and a git revision, the base. The base
is built once, in a git worktree, and kept (`baseline`). The change is built on a copy of it, only
the models that it modifies and those that read them (`candidate`). `impact` compares the two.
"""
