"""Make the copy: check, load into temporary schemas, swap into place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import duckdb
import psycopg
from psycopg import errors, sql

from ontime.catalog.published import Table
from ontime.serving.postgres import database, statements
from ontime.serving.postgres.address import without_secrets
from ontime.serving.postgres.database import Connection
from ontime.serving.postgres.mark import Mark
from ontime.serving.postgres.order import CopyError, Order, Outcome
from ontime.serving.postgres.published import Publication, batches, described
from ontime.storage.reader import open_published

# A reader inside a transaction holds up the swap and, while the swap waits, the swap holds up
# everyone after it. So the swap waits briefly, gives up, and retries. The wait is shorter than
# PostgreSQL's deadlock_timeout of a second, so that a deadlock never cancels the reader.
LOCK_TIMEOUT = "500ms"
PAUSE_SECONDS = 1.0

# DuckDB's memory limit for the published file; by default it uses most of the machine's memory
MEMORY_LIMIT = "256MB"

_ASIDE = "_incoming"
_LONGEST_NAME = 63  # bytes of a name in PostgreSQL


def copy(order: Order, tell: Callable[[str], None]) -> Outcome:
    """Copy a publication into a PostgreSQL database, unless it is there already.

    `tell` is called with a sentence on each step of the progress.

    Raises:
        CopyError: it cannot be copied. The previous copy is still there, and complete.

    """
    with (
        open_published(order.file, memory_limit=MEMORY_LIMIT) as published,
        database.connected(order.address) as server,
    ):
        copying = _Copy(order, published, server, described(published), tell)
        with _failures_told(order, copying):
            return copying.make()


@contextmanager
def _failures_told(order: Order, copying: _Copy) -> Iterator[None]:
    """Turn errors of the server into a sentence, and leave nothing unfinished behind."""
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
    """The copying of one publication into one database."""

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
            schema: Mark(
                publication.name,
                publication.fingerprint,
                tuple(table.name for table in publication.tables if table.schema == schema),
            )
            for schema in publication.schemas
        }

    def make(self) -> Outcome:
        """Copy, or find that the copy is there already."""
        if not database.locked(self.server, self.order.prefix):
            raise CopyError("Another process is copying into this database; try again after it.")
        self._refuse_what_does_not_fit()
        there = self._schemas_there()
        self._refuse_who_may_not(there)
        old = self._marks_in_place(there)
        is_new = any(
            schema not in old or not old[schema].holds_what(mark)
            for schema, mark in self.marks.items()
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
            sum(table.row_count for table in self.publication.tables),
            database.size_bytes(self.server, map(self._name, self.marks)),
        )

    def clear_away(self) -> None:
        """Drop the temporary schemas; if the connection is lost, the next copy drops them."""
        if self.has_begun:
            with suppress(psycopg.Error):
                self._drop_aside()

    def _name(self, schema: str, ending: str = "") -> str:
        return f"{self.order.prefix}{schema}{ending}"

    def _refuse_what_does_not_fit(self) -> None:
        """Refuse a name or a type that PostgreSQL does not support, before any work is done."""
        for schema in self.marks:
            if len(self._name(schema, _ASIDE).encode()) > _LONGEST_NAME:
                raise CopyError(f"SCHEMA_PREFIX is too long: {self.order.prefix}")
        for table in self.publication.tables:
            for column in table.columns:
                statements.type_of(table, column)

    def _refuse_who_may_not(self, there: list[database.Schema]) -> None:
        """Refuse an unknown reader role, and a user who is not allowed to write the copy."""
        for named, role in self.order.rights:
            if named and named not in self.marks:
                raise CopyError(
                    f"ROLE names a schema {named}, and the publication has "
                    f"{' and '.join(self.marks)}: write ROLE={next(iter(self.marks))}:{role}."
                )
            if not database.has_role(self.server, role):
                raise CopyError(
                    f'There is no role {role} in this server: `create role "{role}"` makes one, '
                    f'and `grant "{role}" to ...` makes users members of it.'
                )
        may_create, user, name = database.may_create_schemas(self.server)
        if not may_create:
            raise CopyError(
                f"{user} may not create schemas in this database. Its owner can allow it: "
                f'grant create on database "{name}" to "{user}"'
            )
        for schema in there:
            if not Mark.read(schema.comment):
                raise CopyError(
                    f"The database has a schema {schema.name} that ontime did not make, and it is "
                    "left alone. Choose other names: SCHEMA_PREFIX=ontime_"
                )
            if not schema.is_ours:
                raise CopyError(
                    f"The schema {schema.name} was copied by {schema.owner}, and {user} may not "
                    "replace it: connect as its owner, or choose other names: SCHEMA_PREFIX=..."
                )

    def _schemas_there(self) -> list[database.Schema]:
        """Return the copy's schemas that exist, both in place and temporary."""
        return database.schemas(
            self.server,
            [self._name(schema, ending) for schema in self.marks for ending in ("", _ASIDE)],
        )

    def _marks_in_place(self, there: list[database.Schema]) -> dict[str, Mark]:
        """Return the marks of the schemas of the last copy."""
        comments = {schema.name: schema.comment for schema in there}
        found = {schema: Mark.read(comments.get(self._name(schema))) for schema in self.marks}
        return {schema: mark for schema, mark in found.items() if mark}

    def _refuse_what_is_in_the_way(self, old: dict[str, Mark]) -> None:
        """Refuse to replace a copy that others have built on: that would drop their work."""
        obstacles = database.in_the_way(self.server, self._tables_of(old))
        if obstacles:
            raise CopyError(
                "The copy in place cannot be replaced, because these are in it or built on it, "
                f"and are not ontime's to drop: {', '.join(obstacles)}. Drop "
                "them, copy, and create them again in a schema of your own."
            )

    def _tables_of(self, marks: dict[str, Mark]) -> list[tuple[str, str]]:
        return [(self._name(schema), table) for schema in marks for table in marks[schema].tables]

    def _load_aside(self) -> None:
        self.at = "the schemas to load into"
        self._drop_aside()
        self.has_begun = True
        with self.server.transaction():
            for schema, mark in self.marks.items():
                name = sql.Identifier(self._name(schema, _ASIDE))
                self.server.execute(sql.SQL("create schema {}").format(name))
                self.server.execute(
                    sql.SQL("comment on schema {} is {}").format(name, sql.Literal(str(mark)))
                )
        for table in self.publication.tables:
            self.at = table.full_name
            self._load(table, self._name(table.schema, _ASIDE))
        self.tell("Checking the keys")
        for table in self.publication.tables:
            schema = self._name(table.schema, _ASIDE)
            self.at = f"the foreign keys of {table.full_name}"
            self._execute(statements.foreign_keys(table, schema))
            self.server.execute(sql.SQL("analyze {}").format(sql.Identifier(schema, table.name)))

    def _load(self, table: Table, schema: str) -> None:
        """Create a table and fill it in one transaction."""
        with self.server.transaction():
            self.server.execute(statements.definition(table, schema))
            done = 0
            with self.server.cursor() as cursor:
                with cursor.copy(statements.filling(table, schema)) as target:
                    for batch in batches(self.published, table):
                        target.write(statements.as_csv(batch))
                        done += batch.num_rows
                        self.tell(f"{table.full_name}: {done:,} of {table.row_count:,} rows")
                loaded = cursor.rowcount
            if loaded != table.row_count:
                raise CopyError(
                    f"The server took {loaded:,} of the {table.row_count:,} rows of "
                    f"{table.full_name}. "
                    "What was there before is unchanged."
                )
            self._execute(statements.primary_key(table, schema))
            self._execute(statements.comments(table, schema))

    def _swap(self, old: dict[str, Mark]) -> None:
        """Replace the last copy with the loaded one, once no reader is inside a transaction."""
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
                readers = self._readers()
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

    def _replace(self, old: dict[str, Mark]) -> None:
        self._grant(_ASIDE)
        gone = [sql.Identifier(*names) for names in self._tables_of(old)]
        if gone:
            self.server.execute(sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(gone)))
        for schema in self.marks:
            name = sql.Identifier(self._name(schema))
            if schema in old:
                self.server.execute(sql.SQL("drop schema {}").format(name))
            self.server.execute(
                sql.SQL("alter schema {} rename to {}").format(
                    sql.Identifier(self._name(schema, _ASIDE)), name
                )
            )

    def _readers(self) -> str:
        """Return the server processes that hold a table of the copy in place."""
        processes = database.readers(self.server, map(self._name, self.marks))
        return ", ".join(map(str, processes)) or "that have just ended"

    def _grant(self, ending: str) -> None:
        for schema in self.marks:
            for role in self.order.readers_of(schema):
                self._execute(statements.grants(self._name(schema, ending), role))

    def _drop_aside(self) -> None:
        """Drop what this copy or a killed one has loaded; the caller checked that it is ours."""
        for schema in self.marks:
            self.server.execute(
                sql.SQL("drop schema if exists {} cascade").format(
                    sql.Identifier(self._name(schema, _ASIDE))
                )
            )

    def _execute(self, several: Iterator[sql.Composed]) -> None:
        for statement in several:
            self.server.execute(statement)
