"""The copy in PostgreSQL is replaced whole or not at all, and touches nobody else's objects."""

from __future__ import annotations

import math
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from psycopg import errors

from ontime.serving.postgres.address import understood
from ontime.serving.postgres.copying import LOCK_TIMEOUT, copy
from ontime.serving.postgres.order import CopyError, Order, Outcome
from tests.commands import ROOT
from tests.serving.conftest import Publish
from tests.serving.postgresql import Connection, Server

# copies until the first rows are on their way, reports that, and waits to be killed
STUCK = """
import sys, time
from pathlib import Path
from ontime.serving.postgres.address import understood
from ontime.serving.postgres.copying import copy
from ontime.serving.postgres.order import Order

def tell(sentence):
    if sentence.startswith(sys.argv[3]):
        print("stuck", flush=True)
        time.sleep(600)

copy(Order(Path(sys.argv[1]), understood(sys.argv[2])), tell)
"""


def quiet(sentence: str) -> None:
    """Ignore the progress of a copy."""


def order(server: Server, database: str, file: Path, **options: object) -> Order:
    """Return an order to copy a file as the administrator."""
    return Order(file, understood(server.dsn(database)), **options)  # type: ignore[arg-type]


def notes(connection: Connection, prefix: str = "") -> list[str]:
    """Return which publication each row of the copy comes from."""
    rows = connection.execute(
        f"select note from {prefix}marts.dim_carriers inner join {prefix}marts.fct_flights "
        "using (carrier_key)".encode()
    )
    return [str(row[0]) for row in rows]


def schemas(connection: Connection) -> set[str]:
    """Return the names of the schemas that are not PostgreSQL's own."""
    rows = connection.execute(
        "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'public'"
    )
    return {str(row[0]) for row in rows} - {"information_schema"}


def test_the_next_publication_replaces_the_last(server: Server, publish: Publish) -> None:
    database = server.new_database()
    first, second = publish("first"), publish("second", carriers=5)
    assert copy(order(server, database, first), quiet).is_new
    assert not copy(order(server, database, first), quiet).is_new
    outcome = copy(order(server, database, second), quiet)
    assert (outcome.publication, outcome.is_new, outcome.tables) == ("second", True, 4)
    with server.connect(database) as connection:
        assert notes(connection) == ["second"] * 5
        assert schemas(connection) == {"marts", "catalogue"}
        assert connection.execute("select publication_name from catalogue.publication").fetchall()
    # going back to an earlier publication is a copy like any other
    assert copy(order(server, database, first), quiet).is_new


def test_every_type_arrives_as_it_was(server: Server, publish: Publish) -> None:
    database = server.new_database()
    file = publish(
        "types",
        """
        create table marts.types (
            number integer primary key, texts varchar, truth boolean, tiny tinyint, small smallint,
            whole integer, big bigint, huge hugeint, unsigned ubigint, half_unsigned uinteger,
            exact decimal(18, 3), rough float, fine double, day date, instant timestamp
        )
        """,
        "insert into marts.types (number) values (0)",
        r"""
        insert into marts.types values
            (1, '', true, -128, -32768, -2147483648, -9223372036854775808,
                -99999999999999999999999999999999999999, 0, 0, -123456789012345.678,
                0.5, 0.1, '0001-01-01', '1987-10-31 23:59:59.999999'),
            (2, 'Zürich "✈", 日本 🛫' || chr(10) || '\. \N ,;' || chr(9), false, 127, 32767,
                2147483647, 9223372036854775807, 99999999999999999999999999999999999999,
                18446744073709551615, 4294967295, 0.001, -16777216, 1.7976931348623157e308,
                '9999-12-31', '2013-03-10 02:30:00'),
            (3, 'NULL', null, null, null, null, null, null, null, null, null,
                'nan', 'infinity', null, null)
        """,
    )
    copy(order(server, database, file), quiet)
    with server.connect(database) as connection, duckdb.connect(str(file)) as published:
        copied = connection.execute("select * from marts.types order by number").fetchall()
        expected = published.execute("select * from marts.types order by number").fetchall()
        types = connection.execute(
            "select data_type from information_schema.columns "
            "where table_name = 'types' order by ordinal_position"
        ).fetchall()
    assert copied[:3] == [tuple(row) for row in expected[:3]]
    assert copied[3][1:11] == expected[3][1:11]
    assert math.isnan(float(str(copied[3][11])))
    assert copied[3][12:] == expected[3][12:]
    assert [str(row[0]) for row in types] == [
        *("integer", "text", "boolean", "smallint", "smallint", "integer", "bigint", "numeric"),
        *("numeric", "bigint", "numeric", "real", "double precision", "date"),
        "timestamp without time zone",
    ]


def test_a_type_without_counterpart_is_refused_before_anything_is_done(
    server: Server, publish: Publish
) -> None:
    database = server.new_database()
    file = publish("lists", "create table marts.lists (codes varchar[])")
    with pytest.raises(CopyError, match=r"^marts\.lists\.codes is a varchar\[\], for which"):
        copy(order(server, database, file), quiet)
    with server.connect(database) as connection:
        assert schemas(connection) == set()


class Background:
    """A copy in its own thread."""

    def __init__(self, what: Order) -> None:
        self.said: queue.Queue[str] = queue.Queue()
        self.became: list[Outcome | BaseException] = []
        self.thread = threading.Thread(target=self._run, args=(what,))
        self.thread.start()

    def _run(self, what: Order) -> None:
        try:
            self.became.append(copy(what, self.said.put))
        except BaseException as error:
            self.became.append(error)

    def wait_until_it_says(self, beginning: str) -> str:
        """Return the first sentence with this beginning."""
        while not (sentence := self.said.get(timeout=300)).startswith(beginning):
            pass
        return sentence

    def outcome(self) -> Outcome | BaseException:
        """Wait for the end."""
        self.thread.join(300)
        return self.became[0]


def test_readers_see_the_old_copy_whole_or_the_new_one(server: Server, publish: Publish) -> None:
    database = server.new_database()
    copy(order(server, database, publish("old")), quiet)
    with (
        server.connect(database) as reader,
        server.connect(database) as passer_by,
        server.connect(database) as early,
    ):
        early.execute("begin isolation level repeatable read")
        early.execute("select 1 from pg_class limit 1").fetchall()  # has its snapshot from here on
        reader.execute("begin")
        reader.execute("select count(*) from marts.dim_carriers").fetchall()
        background = Background(order(server, database, publish("new", carriers=9)))
        shown = background.wait_until_it_says("Waiting for readers")
        assert f"processes {reader.info.backend_pid})" in shown
        # the reader continues, with a table that it had not touched, and blocks nobody else
        assert notes(reader) == ["old"] * 3
        for _ in range(20):
            assert notes(passer_by) == ["old"] * 3
        background.wait_until_it_says("Waiting for readers")
        assert notes(reader) == ["old"] * 3
        reader.execute("commit")
        outcome = background.outcome()
        assert isinstance(outcome, Outcome), outcome
        assert outcome.is_new
        assert notes(reader) == notes(passer_by) == ["new"] * 9
        # a snapshot from before the copy sees the whole new copy, not an empty one
        assert notes(early) == ["new"] * 9


def test_a_reader_that_never_ends_is_waited_for_only_so_long(
    server: Server, publish: Publish
) -> None:
    database = server.new_database()
    copy(order(server, database, publish("old")), quiet)
    with server.connect(database) as reader:
        reader.execute("begin")
        assert notes(reader) == ["old"] * 3
        with pytest.raises(CopyError, match="Readers kept a transaction open for 0 seconds"):
            copy(order(server, database, publish("new"), patience_seconds=0), quiet)
        assert notes(reader) == ["old"] * 3
        assert schemas(reader) == {"marts", "catalogue"}


def test_a_role_may_read_and_nothing_else(server: Server, publish: Publish, tmp_path: Path) -> None:
    database = server.new_database("reader", "stranger")
    copy(order(server, database, publish("first"), role="reader"), quiet)
    with server.connect(database, "reader") as reader, server.connect(database, "stranger") as none:
        assert notes(reader) == ["first"] * 3
        for statement in (
            "delete from marts.fct_flights",
            "insert into marts.dim_carriers values ('x')",
            "update catalogue.publication set fingerprint = ''",
            "create table marts.mine (a integer)",
            "drop table marts.fct_flights",
            "truncate marts.fct_flights",
            "comment on schema marts is 'mine'",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                reader.execute(statement.encode())
        with pytest.raises(errors.InsufficientPrivilege):
            notes(none)

        def look(sentence: str) -> None:
            """Look into the tables that are being loaded, once there are any."""
            if sentence == "Checking the keys":
                with pytest.raises(errors.InsufficientPrivilege):
                    reader.execute("select * from marts_incoming.dim_carriers")
                looked.append(sentence)

        looked: list[str] = []
        # a copy without a role revokes the right to read; one with a role grants it, new or not
        second = publish("second")
        copy(order(server, database, second), look)
        assert looked
        with pytest.raises(errors.InsufficientPrivilege):
            notes(reader)
        assert not copy(order(server, database, second, role="reader"), quiet).is_new
        assert notes(reader) == ["second"] * 3


def test_a_role_may_be_limited_to_one_schema(server: Server, publish: Publish) -> None:
    database = server.new_database("analysts", "operators")
    asked = order(server, database, publish("first"), role="analysts, catalogue:operators")
    copy(asked, quiet)
    with (
        server.connect(database, "analysts") as both,
        server.connect(database, "operators") as one,
    ):
        assert notes(both) == ["first"] * 3
        one.execute("select * from catalogue.publication")
        with pytest.raises(errors.InsufficientPrivilege):
            one.execute("select * from marts.dim_carriers")


def test_a_schema_that_is_not_published_is_refused(server: Server, publish: Publish) -> None:
    database = server.new_database("analysts")
    with pytest.raises(CopyError, match=r"has .*catalogue.*: write ROLE=\w+:analysts"):
        copy(order(server, database, publish("a"), role="raw:analysts"), quiet)
    with server.connect(database) as connection:
        assert schemas(connection) == set()


def terminate(server: Server, database: str) -> None:
    """End the connections of copies to a database, as a server restart does."""
    with server.connect() as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = %s and application_name = 'ontime'",
            [database],
        )


def lose_a_carrier(server: Server, database: str) -> None:
    """Delete a row that others refer to, before the keys are checked."""
    with server.connect(database) as admin:
        admin.execute("delete from marts_incoming.dim_carriers where carrier_key = '1'")


def do_nothing(server: Server, database: str) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("spoilt", "moment", "spoil", "reason"),
    [
        (
            ("insert into marts.dim_carriers values ('x', 'nul ' || chr(0))",),
            "",
            do_nothing,
            r"marts\.dim_carriers: invalid byte sequence .*",
        ),
        ((), "Checking the keys", lose_a_carrier, r"the foreign keys of .* violates foreign .*"),
        ((), "marts.fct_flights: ", terminate, r"marts\.fct_flights: .*"),
        ((), "Putting it in place", terminate, r"the swap: .*"),
    ],
)
def test_a_failure_half_way_leaves_the_old_copy_as_it_was(  # noqa: PLR0913, PLR0917 - a table of cases
    server: Server,
    publish: Publish,
    spoilt: tuple[str, ...],
    moment: str,
    spoil: Callable[[Server, str], None],
    reason: str,
) -> None:
    database = server.new_database()
    copy(order(server, database, publish("old")), quiet)

    def tell(sentence: str) -> None:
        if moment and sentence.startswith(moment):
            spoil(server, database)

    with pytest.raises(
        CopyError, match=rf"^The copy failed at {reason}\. What was there before is unchanged\.$"
    ):
        copy(order(server, database, publish("new", *spoilt)), tell)
    with server.connect(database) as connection:
        assert notes(connection) == ["old"] * 3
        assert spoil is terminate or schemas(connection) == {"marts", "catalogue"}
    assert copy(order(server, database, publish("newer")), quiet).is_new
    with server.connect(database) as connection:
        assert notes(connection) == ["newer"] * 3
        assert schemas(connection) == {"marts", "catalogue"}


@pytest.mark.parametrize("moment", ["catalogue.publication: ", "Putting it in place"])
def test_a_killed_copy_leaves_the_old_one_and_is_cleared_away_by_the_next(
    server: Server, publish: Publish, moment: str
) -> None:
    database = server.new_database("reader")
    copy(order(server, database, publish("old"), role="reader"), quiet)
    new = publish("new")
    with subprocess.Popen(
        [sys.executable, "-c", STUCK, str(new), server.dsn(database), moment],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as stuck:
        assert stuck.stdout is not None
        assert stuck.stdout.readline() == "stuck\n"
        # while it runs, another copy is refused
        with pytest.raises(CopyError, match="Another process is copying into this database"):
            copy(order(server, database, new), quiet)
        stuck.kill()
    with server.connect(database, "reader") as reader:
        assert notes(reader) == ["old"] * 3
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute("select * from catalogue_incoming.publication")
    terminate(server, database)  # or the server notices by itself that the client is gone
    assert copy_once_free(order(server, database, new)).is_new
    with server.connect(database) as connection:
        assert notes(connection) == ["new"] * 3
        assert schemas(connection) == {"marts", "catalogue"}


def copy_once_free(what: Order) -> Outcome:
    """Copy as soon as the server has released the lock of a killed copy."""
    for _ in range(50):
        try:
            return copy(what, quiet)
        except CopyError as error:
            if "Another process" not in str(error):
                raise
    raise AssertionError("the lock of a killed copy outlives it")


def test_what_somebody_else_made_is_left_alone(server: Server, publish: Publish) -> None:
    file = publish("first")
    for theirs in ("marts", "catalogue_incoming"):
        database = server.new_database()
        with server.connect(database) as connection:
            connection.execute(f"create schema {theirs}".encode())
            connection.execute(f"create table {theirs}.precious as select 1 as a".encode())
            with pytest.raises(CopyError, match=f"has a schema {theirs} that ontime did not make"):
                copy(order(server, database, file), quiet)
            assert schemas(connection) == {theirs}
            if theirs == "marts":
                copy(order(server, database, file, prefix="ontime_"), quiet)
                assert notes(connection, "ontime_") == ["first"] * 3
            rows = connection.execute(f"select a from {theirs}.precious".encode()).fetchall()
            assert rows == [(1,)]


def test_what_is_built_on_a_copy_is_named_and_not_dropped(server: Server, publish: Publish) -> None:
    database = server.new_database()
    copy(order(server, database, publish("old")), quiet)
    with server.connect(database) as connection:
        for made, dropped, name in (
            ("create view v as select * from marts.fct_flights", "view v", "public.v"),
            ("create view marts.v as select 1 as a", "view marts.v", "marts.v"),
            ("create table marts.mine (a integer)", "table marts.mine", "marts.mine"),
            (
                "create table refers (a text references marts.dim_carriers)",
                "table refers",
                "public.refers",
            ),
        ):
            connection.execute(made.encode())
            with pytest.raises(CopyError, match=f"built on it, .* to drop: {re.escape(name)}"):
                copy(order(server, database, publish("new-" + name)), quiet)
            assert notes(connection) == ["old"] * 3
            connection.execute(f"drop {dropped}".encode())
        # the server finds what the checks before the copy do not find
        connection.execute(
            "create function f() returns setof marts.fct_flights language sql "
            "as 'select null::text, null::text'"
        )
        with pytest.raises(CopyError, match="failed at the swap: cannot drop"):
            copy(order(server, database, publish("newest")), quiet)
        assert notes(connection) == ["old"] * 3
        assert schemas(connection) == {"marts", "catalogue"}


def test_the_copy_of_another_owner_is_left_alone(server: Server, publish: Publish) -> None:
    database = server.new_database("other")
    copy(order(server, database, publish("old")), quiet)
    new = Order(publish("new"), understood(server.dsn(database, "other")))
    with pytest.raises(
        CopyError, match=r"other may not create schemas .* grant create on database"
    ):
        copy(new, quiet)
    with server.connect(database) as admin:
        admin.execute(f'grant create on database "{database}" to other'.encode())
        with pytest.raises(CopyError, match="was copied by admin, and other may not replace"):
            copy(new, quiet)
        assert notes(admin) == ["old"] * 3
    # an owner who is not an administrator needs nothing more
    own = Order(publish("own"), understood(server.dsn(database, "other")), prefix="own_")
    assert copy(own, quiet).is_new
    assert copy(Order(new.file, own.address, prefix="own_"), quiet).is_new


def test_a_role_that_is_not_there_is_asked_for(server: Server, publish: Publish) -> None:
    database = server.new_database()
    with pytest.raises(CopyError, match=r'no role nobody-knows .*create role "nobody-knows"'):
        copy(order(server, database, publish("a"), role="nobody-knows"), quiet)


def test_a_server_that_cannot_be_reached_is_one_sentence(server: Server, publish: Publish) -> None:
    file = publish("a")
    for dsn, reason in (
        ("postgresql://u:s3cret@127.0.0.1:1/db", "Connection refused"),
        (server.dsn("no_such_database"), 'database "no_such_database" does not exist'),
        (
            server.dsn("postgres").replace(server.password, "s3cret"),
            "password authentication failed",
        ),
    ):
        with pytest.raises(CopyError, match=f"^Cannot connect to PostgreSQL: .*{reason}") as shown:
            copy(Order(file, understood(dsn)), quiet)
        assert "\n" not in str(shown.value)
        assert "s3cret" not in str(shown.value)
        assert server.password not in str(shown.value)


def test_the_lock_gives_way_before_a_reader_would_be_cancelled(server: Server) -> None:
    with server.connect() as connection:
        row = connection.execute(
            "select %s::interval < current_setting('deadlock_timeout')::interval",
            [LOCK_TIMEOUT.replace("ms", " milliseconds")],
        ).fetchone()
    assert row == (True,)
