"""Copy a publication into a PostgreSQL database, and swap it in whole.

Each schema of the published file becomes a schema of the database. The tables are loaded into
temporary schemas that only their owner can read, and get their keys, comments and statistics
there. Then they replace the last copy in one transaction: a reader sees either the old copy or the
new one, and always a whole one.

The comment of a schema records which copy it holds. A schema without that comment belongs to
somebody else and is never touched, and neither is a table or a view that somebody added.
"""
