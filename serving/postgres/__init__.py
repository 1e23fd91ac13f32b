"""Copy a publication into a PostgreSQL database, and swap it in whole.

Each schema of the published file becomes one of the database. The tables are loaded aside, into
schemas that only their owner can look into, get their keys, comments and statistics there, and take
the place of the last copy in one transaction: a reader sees the old copy or the new one, whole.

What a copy put there is written in the comment of its schemas. A schema without that comment
belongs to somebody else and is never touched, and nor is a table or a view that somebody added.
"""
