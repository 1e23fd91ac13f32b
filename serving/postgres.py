"""Copy a publication into a PostgreSQL database, and swap it in whole.

Each schema of the published file becomes one of the database. The tables are loaded aside, into
schemas that only their owner can look into, get their keys, comments and statistics there, and take
the place of the last copy in one transaction: a reader sees the old copy or the new one, whole.

What a copy put there is written in the comment of its schemas. A schema without that comment
belongs to somebody else and is never touched, and nor is a table or a view that somebody added.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
from psycopg import errors, sql
from pyarrow import csv

from serving.address import without_secrets
from serving.published import Column, Publication, Table, batches, described

# raised when a copy of the same publication would come out differently
FORMAT = 1

# a reader in the middle of a transaction holds up the swap, and the swap, while it waits, holds up
# whoever comes next; so it waits briefly, steps back, and tries again. Shorter than PostgreSQL's
# deadlock_timeout of a second, so that in a deadlock it is never the reader that is cancelled.
LOCK_TIMEOUT = "500ms"
PAUSE_SECONDS = 1.0

_CONNECT_SECONDS = "10"
_ASIDE = "_incoming"
_LONGEST_NAME = 63  # bytes of a name in PostgreSQL

_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "HUGEINT": "numeric(39, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
}

Connection = psycopg.Connection[tuple[object, ...]]


class CopyError(Exception):
    """A copy cannot be made; the message says why, and that what was there is unchanged."""


@dataclass(frozen=True)
class Order:
    """What to copy where: a published file, an address, who may read it, how long to wait.

    `prefix` begins the names of the schemas. Without a `role` only the owner can read the copy.
    """

    file: Path
    address: dict[str, str]
    role: str = ""
    prefix: str = ""
    patience_seconds: float = 300


@dataclass(frozen=True)
class Outcome:
    """What became of an order: what is there now, and what it takes in bytes."""

    publication: str
    is_new: bool
    tables: int
    rows: int
    size_bytes: int


@dataclass(frozen=True)
class _Mark:
    """What the comment of a schema says of the copy in it."""

    publication: str
    fingerprint: str
    format: int
    tables: tuple[str, ...]

    _PATTERN = re.compile(
        r"Copied by ontime: publication (\S+), fingerprint (\S+), format (\d+)\..*"
        r"Tables: ([^.]*)\.",
        flags=re.DOTALL,
    )

    def __str__(self) -> str:
        return (
            f"Copied by ontime: publication {self.publication}, fingerprint {self.fingerprint}, "
            f"format {self.format}. The next copy replaces the whole schema: keep nothing of your "
            f"own in it. Tables: {', '.join(self.tables)}."
        )

    @classmethod
    def read(cls, comment: str | None) -> _Mark | None:
        """Return what a comment says, or None if it is no mark of a copy."""
        found = cls._PATTERN.fullmatch(comment or "")
        if not found:
            return None
        return cls(found[1], found[2], int(found[3]), tuple(found[4].split(", ")))


def copy(order: Order, tell: Callable[[str], None]) -> Outcome:
    """Copy a publication into a PostgreSQL database, unless it is there already.

    `tell` is given a sentence now and then on what is being done.

    Raises:
        CopyError: it cannot be copied. What was there before still is, and is all there.

    """
    with (
        duckdb.connect(
            str(order.file), read_only=True, config={"enable_external_access": "false"}
        ) as published,
        _connected(order) as server,
    ):
        published.execute("set enable_progress_bar = false")
        copying = _Copy(order, published, server, described(published), tell)
        with _failures_told(order, copying):
            return copying.make()


@contextmanager
def _connected(order: Order) -> Iterator[Connection]:
    try:
        server: Connection = psycopg.connect(
            **{"connect_timeout": _CONNECT_SECONDS, "application_name": "ontime", **order.address},  # type: ignore[arg-type]
            autocommit=True,
        )
    except psycopg.Error as error:
        # psycopg names every address it tried in a line of its own; the first is enough
        raise CopyError(
            f"Cannot connect to PostgreSQL: {without_secrets(str(error), order.address)}"
        ) from None
    with server:
        yield server


@contextmanager
def _failures_told(order: Order, copying: _Copy) -> Iterator[None]:
    """Turn what the server says into a sentence, and leave nothing half done behind."""
    try:
        yield
    except psycopg.Error as error:
        copying.clear_away()
        reason = without_secrets(error.diag.message_primary or str(error), order.address)
        raise CopyError(
            f"The copy failed at {copying.at}: {reason}. What was there before is unchanged."
        ) from None
    except BaseException:
        copying.clear_away()
        raise


class _Copy:
    """One publication on its way into one database."""

    def __init__(
        self,
        order: Order,
        published: duckdb.DuckDBPyConnection,
        server: Connection,
        publication: Publication,
        tell: Callable[[str], None],
    ) -> None:
        self.order = order
        self.published = published
        self.server = server
        self.publication = publication
        self.tell = tell
        self.at = "the start"
        self.has_begun = False
        self.marks = {
            schema: _Mark(
                publication.name,
                publication.fingerprint,
                FORMAT,
                tuple(table.name for table in publication.tables if table.schema == schema),
            )
            for schema in publication.schemas
        }

    def make(self) -> Outcome:
        """Copy, or find that it is there already."""
        self._refuse_a_second_writer()
        self._refuse_what_does_not_fit()
        old = self._what_is_there()
        is_new = any(
            mark is None
            or (mark.fingerprint, mark.format) != (self.publication.fingerprint, FORMAT)
            for mark in old.values()
        )
        if is_new:
            self._refuse_what_is_in_the_way(old)
            self._load_aside()
            self._swap(old)
        else:
            self._grant("")
        return Outcome(
            self.publication.name,
            is_new,
            len(self.publication.tables),
            sum(table.rows for table in self.publication.tables),
            self._size(),
        )

    def clear_away(self) -> None:
        """Drop what was loaded aside; the next copy does it if the connection is gone."""
        if self.has_begun:
            with suppress(psycopg.Error):
                self._drop_aside()

    def _name(self, schema: str, ending: str = "") -> str:
        return f"{self.order.prefix}{schema}{ending}"

    def _table(self, table: Table, ending: str = _ASIDE) -> sql.Identifier:
        return sql.Identifier(self._name(table.schema, ending), table.name)

    def _ask(
        self, query: str, parameters: dict[str, object] | None = None
    ) -> list[tuple[object, ...]]:
        return self.server.execute(query.encode(), parameters).fetchall()

    def _refuse_a_second_writer(self) -> None:
        """Hold a lock of this database and prefix for as long as the connection lives."""
        held = self._ask(
            "select pg_try_advisory_lock(hashtextextended('ontime copy ' || %(prefix)s, 0))",
            {"prefix": self.order.prefix},
        )
        if not held[0][0]:
            raise CopyError("Another process is copying into this database; try again after it.")

    def _refuse_what_does_not_fit(self) -> None:
        """Refuse a role, a name or a type that the database does not know, before the work."""
        role = self.order.role
        known = self._ask("select 1 from pg_roles where rolname = %(role)s", {"role": role})
        if role and role != "public" and not known:
            raise CopyError(
                f'There is no role {role} in this server: `create role "{role}"` makes one, and '
                f'`grant "{role}" to ...` makes users members of it.'
            )
        for schema in self.publication.schemas:
            if len(self._name(schema, _ASIDE).encode()) > _LONGEST_NAME:
                raise CopyError(f"SCHEMA_PREFIX is too long: {self.order.prefix}")
        for table in self.publication.tables:
            for column in table.columns:
                type_of(table, column)
        may_create, user, database = self._ask(
            """
            select
                has_database_privilege(current_database(), 'create'),
                current_user::text,
                current_database()::text
            """
        )[0]
        if not may_create:
            raise CopyError(
                f"{user} may not create schemas in this database. Its owner can allow it: "
                f'grant create on database "{database}" to "{user}"'
            )

    def _what_is_there(self) -> dict[str, _Mark | None]:
        """Return what each schema holds; refuse those that are somebody else's."""
        found: dict[str, _Mark | None] = dict.fromkeys(self.publication.schemas)
        for schema in self.publication.schemas:
            for name in (self._name(schema), self._name(schema, _ASIDE)):
                rows = self._ask(
                    """
                    select
                        obj_description(oid, 'pg_namespace'),
                        pg_get_userbyid(nspowner)::text,
                        pg_has_role(nspowner, 'usage'),
                        current_user::text
                    from pg_namespace
                    where nspname = %(name)s
                    """,
                    {"name": name},
                )
                for comment, owner, is_ours, user in rows:
                    mark = _Mark.read(None if comment is None else str(comment))
                    if mark is None:
                        raise CopyError(
                            f"The database has a schema {name} that ontime did not make, and it is "
                            "left alone. Choose other names: SCHEMA_PREFIX=ontime_"
                        )
                    if not is_ours:
                        raise CopyError(
                            f"The schema {name} was copied by {owner}, and {user} may not replace "
                            "it: connect as its owner, or choose other names: SCHEMA_PREFIX=..."
                        )
                    if name == self._name(schema):
                        found[schema] = mark
        return found

    def _refuse_what_is_in_the_way(self, old: dict[str, _Mark | None]) -> None:
        """Refuse to replace a copy that somebody built upon, rather than to drop their work."""
        placed = [
            (self._name(schema), table)
            for schema, mark in old.items()
            for table in (mark.tables if mark else ())
        ]
        rows = self._ask(
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
            {
                "schemas": [schema for schema, _ in placed],
                "tables": [table for _, table in placed],
            },
        )
        if rows:
            raise CopyError(
                "The copy in place cannot be replaced, because these are in it or built on it, "
                f"and are not ontime's to drop: {', '.join(str(row[0]) for row in rows)}. Drop "
                "them, copy, and create them again in a schema of your own."
            )

    def _load_aside(self) -> None:
        self.at = "the schemas to load into"
        self._drop_aside()
        self.has_begun = True
        with self.server.transaction():
            for schema, mark in self.marks.items():
                name = sql.Identifier(self._name(schema, _ASIDE))
                self.server.execute(sql.SQL("create schema {}").format(name))
                self._mark(name, mark)
        for table in self.publication.tables:
            self.at = table.full_name
            self._load(table)
        self.tell("Checking the keys")
        for table in self.publication.tables:
            self.at = f"the foreign keys of {table.full_name}"
            for statement in self._foreign_keys(table):
                self.server.execute(statement)
            self.server.execute(sql.SQL("analyze {}").format(self._table(table)))

    def _load(self, table: Table) -> None:
        """Create a table and fill it in one transaction.

        Rows loaded in the transaction that creates their table can be stored as frozen: readers
        whose snapshot is older than the copy see them, too, and no vacuum has to visit them.
        """
        with self.server.transaction():
            self.server.execute(self._definition(table))
            order = sql.SQL("copy {} ({}) from stdin with (format csv, freeze)").format(
                self._table(table), _names(column.name for column in table.columns)
            )
            done = 0
            with self.server.cursor() as cursor:
                with cursor.copy(order) as target:
                    for batch in batches(self.published, table):
                        target.write(as_csv(batch))
                        done += batch.num_rows
                        self.tell(f"{table.full_name}: {done:,} of {table.rows:,} rows")
                loaded = cursor.rowcount
            if loaded != table.rows:
                raise CopyError(
                    f"The server took {loaded:,} of the {table.rows:,} rows of {table.full_name}. "
                    "What was there before is unchanged."
                )
            if table.primary_key:
                self.server.execute(
                    sql.SQL("alter table {} add primary key ({})").format(
                        self._table(table), _names(table.primary_key)
                    )
                )
            for comment in self._comments(table):
                self.server.execute(comment)

    def _definition(self, table: Table) -> sql.Composed:
        return sql.SQL("create table {} ({})").format(
            self._table(table),
            sql.SQL(", ").join(
                sql.SQL("{} {}{}").format(
                    sql.Identifier(column.name),
                    sql.SQL(type_of(table, column)),
                    sql.SQL("" if column.is_nullable else " not null"),
                )
                for column in table.columns
            ),
        )

    def _foreign_keys(self, table: Table) -> Iterator[sql.Composed]:
        for reference in table.references:
            parent = sql.Identifier(self._name(table.schema, _ASIDE), reference.parent)
            yield sql.SQL("alter table {} add foreign key ({}) references {} ({})").format(
                self._table(table),
                _names(reference.columns),
                parent,
                _names(reference.parent_columns),
            )

    def _comments(self, table: Table) -> Iterator[sql.Composed]:
        yield sql.SQL("comment on table {} is {}").format(
            self._table(table), sql.Literal(table.comment)
        )
        for column in table.columns:
            yield sql.SQL("comment on column {} is {}").format(
                sql.Identifier(self._name(table.schema, _ASIDE), table.name, column.name),
                sql.Literal(column.comment),
            )

    def _mark(self, schema: sql.Identifier, mark: _Mark) -> None:
        self.server.execute(
            sql.SQL("comment on schema {} is {}").format(schema, sql.Literal(str(mark)))
        )

    def _swap(self, old: dict[str, _Mark | None]) -> None:
        """Put what was loaded in the place of the last copy, once no reader is in the middle."""
        self.at = "the swap"
        self.tell("Putting it in place")
        deadline = time.monotonic() + self.order.patience_seconds
        while True:
            try:
                with self.server.transaction():
                    self.server.execute(
                        sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT))
                    )
                    self._replace(old)
            except (errors.LockNotAvailable, errors.DeadlockDetected):
                readers = self._readers(old)
                if time.monotonic() > deadline:
                    raise CopyError(
                        f"Readers kept a transaction open for {self.order.patience_seconds:.0f} "
                        f"seconds (server processes {readers}), so the new copy could not take "
                        "the place of the old one, which is unchanged. Try again when they have "
                        "ended."
                    ) from None
                self.tell(f"Waiting for readers to end their transactions (processes {readers})")
                time.sleep(PAUSE_SECONDS)
            else:
                self.has_begun = False
                return

    def _replace(self, old: dict[str, _Mark | None]) -> None:
        self._grant(_ASIDE)
        gone = [
            sql.Identifier(self._name(schema), table)
            for schema, mark in old.items()
            for table in (mark.tables if mark else ())
        ]
        if gone:
            self.server.execute(sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(gone)))
        for schema, mark in old.items():
            name = sql.Identifier(self._name(schema))
            if mark:
                self.server.execute(sql.SQL("drop schema {}").format(name))
            self.server.execute(
                sql.SQL("alter schema {} rename to {}").format(
                    sql.Identifier(self._name(schema, _ASIDE)), name
                )
            )

    def _readers(self, old: dict[str, _Mark | None]) -> str:
        """Return the server processes that hold a table of the copy in place."""
        rows = self._ask(
            """
            select distinct pg_locks.pid
            from pg_locks
            inner join pg_class on pg_locks.relation = pg_class.oid
            inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
            where
                pg_locks.granted
                and pg_locks.pid <> pg_backend_pid()
                and pg_namespace.nspname = any(%(schemas)s::text[])
            order by pg_locks.pid
            """,
            {"schemas": [self._name(schema) for schema in old]},
        )
        return ", ".join(str(row[0]) for row in rows) or "that have just ended"

    def _grant(self, ending: str) -> None:
        if not self.order.role:
            return
        role = sql.Identifier(self.order.role)
        for schema in self.publication.schemas:
            name = sql.Identifier(self._name(schema, ending))
            self.server.execute(sql.SQL("grant usage on schema {} to {}").format(name, role))
            self.server.execute(
                sql.SQL("grant select on all tables in schema {} to {}").format(name, role)
            )

    def _drop_aside(self) -> None:
        """Drop what this or a killed copy has loaded aside; that it is ours was made sure of."""
        for schema in self.publication.schemas:
            self.server.execute(
                sql.SQL("drop schema if exists {} cascade").format(
                    sql.Identifier(self._name(schema, _ASIDE))
                )
            )

    def _size(self) -> int:
        rows = self._ask(
            """
            select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint
            from pg_class
            inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
            where pg_class.relkind = 'r' and pg_namespace.nspname = any(%(schemas)s::text[])
            """,
            {"schemas": [self._name(schema) for schema in self.publication.schemas]},
        )
        return int(str(rows[0][0]))


def type_of(table: Table, column: Column) -> str:
    """Return PostgreSQL's name of a column's type.

    Raises:
        CopyError: PostgreSQL has none that holds the same values.

    """
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", column.data_type)
    if decimal:
        return f"numeric({decimal[1]}, {decimal[2]})"
    if column.data_type not in _TYPES:
        raise CopyError(
            f"{table.full_name}.{column.name} is a {column.data_type}, for which the copy has no "
            "type of PostgreSQL."
        )
    return _TYPES[column.data_type]


def as_csv(batch: pa.RecordBatch) -> memoryview:
    """Return rows as PostgreSQL reads them: texts in quotes, and nothing at all for null."""
    target = io.BytesIO()
    csv.write_csv(batch, target, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return target.getbuffer()


def _names(names: Iterator[str] | tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
