"""What is in a PostgreSQL database, and who may do what in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

from ontime.serving.postgres.address import without_secrets
from ontime.serving.postgres.order import CopyError

_CONNECT_SECONDS = "10"

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Schema:
    """A schema: its comment, its owner, and whether we may do what the owner may."""

    name: str
    comment: str | None
    owner: str
    is_ours: bool


def connected(address: Mapping[str, str]) -> Connection:
    """Return a connection in autocommit mode.

    Raises:
        CopyError: the server cannot be reached, or refuses the login.

    """
    try:
        return psycopg.connect(
            **{"connect_timeout": _CONNECT_SECONDS, "application_name": "ontime", **address},  # type: ignore[arg-type]
            autocommit=True,
        )
    except psycopg.Error as error:
        raise CopyError(
            f"Cannot connect to PostgreSQL: {without_secrets(str(error), dict(address))}"
        ) from None


def locked(server: Connection, prefix: str) -> bool:
    """Take the lock of copies with a prefix until the connection ends; return whether we got it."""
    held = _ask(
        server,
        "select pg_try_advisory_lock(hashtextextended('ontime copy ' || %(prefix)s, 0))",
        prefix=prefix,
    )
    return bool(held[0][0])


def has_role(server: Connection, role: str) -> bool:
    """Return whether the server knows a role."""
    return role == "public" or bool(
        _ask(server, "select 1 from pg_roles where rolname = %(role)s", role=role)
    )


def may_create_schemas(server: Connection) -> tuple[bool, str, str]:
    """Return whether we may create schemas, who we are, and the database's name."""
    may, user, database = _ask(
        server,
        """
        select
            has_database_privilege(current_database(), 'create'),
            current_user::text,
            current_database()::text
        """,
    )[0]
    return bool(may), str(user), str(database)


def schemas(server: Connection, names: Iterable[str]) -> list[Schema]:
    """Return the named schemas that exist."""
    rows = _ask(
        server,
        """
        select
            nspname::text,
            obj_description(oid, 'pg_namespace'),
            pg_get_userbyid(nspowner)::text,
            pg_has_role(nspowner, 'usage')
        from pg_namespace
        where nspname = any(%(names)s::text[])
        order by nspname
        """,
        names=list(names),
    )
    return [
        Schema(str(name), None if comment is None else str(comment), str(owner), bool(is_ours))
        for name, comment, owner, is_ours in rows
    ]


def in_the_way(server: Connection, placed: list[tuple[str, str]]) -> list[str]:
    """Return what others have added to the schemas of these tables, or built on the tables."""
    rows = _ask(
        server,
        """
        with relations as (
            select
                pg_class.oid,
                pg_class.relkind,
                pg_namespace.nspname::text as schema_name,
                pg_class.relname::text as relation_name,
                exists (
                    select 1
                    from unnest(%(schemas)s::text[], %(tables)s::text[]) as placed (s, t)
                    where placed.s = pg_namespace.nspname and placed.t = pg_class.relname
                ) as is_ours
            from pg_class
            inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        ),

        links as (
            select pg_rewrite.ev_class as child, pg_depend.refobjid as parent
            from pg_depend
            inner join pg_rewrite on pg_depend.objid = pg_rewrite.oid
            where
                pg_depend.classid = 'pg_rewrite'::regclass
                and pg_depend.refclassid = 'pg_class'::regclass
            union
            select conrelid, confrelid from pg_constraint where contype = 'f'
        )

        select distinct relations.schema_name || '.' || relations.relation_name as name
        from relations
        where
            not relations.is_ours
            and (
                (
                    relations.schema_name = any(%(schemas)s::text[])
                    and relations.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                )
                or relations.oid in (
                    select links.child
                    from links
                    inner join relations as parents on links.parent = parents.oid
                    where parents.is_ours
                )
            )
        order by name
        """,
        schemas=[schema for schema, _ in placed],
        tables=[table for _, table in placed],
    )
    return [str(name) for (name,) in rows]


def readers(server: Connection, names: Iterable[str]) -> list[int]:
    """Return the server processes that hold a lock on a table of these schemas."""
    rows = _ask(
        server,
        """
        select distinct pg_locks.pid
        from pg_locks
        inner join pg_class on pg_locks.relation = pg_class.oid
        inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        where
            pg_locks.granted
            and pg_locks.pid <> pg_backend_pid()
            and pg_namespace.nspname = any(%(names)s::text[])
        order by pg_locks.pid
        """,
        names=list(names),
    )
    return [int(str(pid)) for (pid,) in rows]


def size_bytes(server: Connection, names: Iterable[str]) -> int:
    """Return the size of the tables of these schemas, with their indexes."""
    rows = _ask(
        server,
        """
        select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint
        from pg_class
        inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
        where pg_class.relkind = 'r' and pg_namespace.nspname = any(%(names)s::text[])
        """,
        names=list(names),
    )
    return int(str(rows[0][0]))


def _ask(server: Connection, query: str, **parameters: object) -> list[tuple[object, ...]]:
    return server.execute(query.encode(), parameters).fetchall()
