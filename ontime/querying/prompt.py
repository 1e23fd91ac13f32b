"""A small SQL prompt, for users who have no other tool at hand."""

from __future__ import annotations

import contextlib

import duckdb

from ontime.querying.answers import AnswerError, Form, write
from ontime.storage.reader import ReaderError, check_statement, in_words
from ontime.terminal.console import printable

_HELP = """Type SQL and end it with a semicolon.
.tables           the tables and what each answers
.columns TABLE    the columns of a table, their units and meanings
.quit             leave (so do exit, quit and Ctrl-D)"""
# none of them is SQL
_LEAVE = {".quit", ".exit", "quit", "exit"}


def ask_forever(connection: duckdb.DuckDBPyConnection) -> None:
    """Read statements from the terminal and show their results until the end of input."""
    with contextlib.suppress(ImportError):  # line editing where the platform has it
        import readline  # noqa: F401, PLC0415
    print("The published marts, read-only. .help tells what there is.")
    pending: list[str] = []
    while True:
        try:
            line = input("   ...> " if pending else "ontime> ")
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            pending = []
            continue
        if not pending and line.strip(" ;").lower() in _LEAVE:
            return
        if not pending and line.strip().startswith("."):
            _answer(connection, _command_sql(line.split()))
            continue
        pending.append(line)
        if line.rstrip().endswith(";"):
            _answer(connection, "\n".join(pending))
            pending = []


def show(connection: duckdb.DuckDBPyConnection, sql: str, form: Form = Form.TABLE) -> None:
    """Run one or more statements and print their results.

    Raises:
        AnswerError: the format cannot hold the results.
        ReaderError: a statement is refused.
        duckdb.Error: a statement fails.
        OSError: the output cannot be written.

    """
    try:
        sql.encode()
    except UnicodeEncodeError:
        raise AnswerError("The SQL is not valid UTF-8.") from None
    check_statement(sql)
    statements = [statement.query for statement in connection.extract_statements(sql)]
    if any(statement.strip() not in sql for statement in statements):
        statements = [sql]  # DuckDB makes several of one, such as of `pivot`, that belong together
    if form is Form.TABLE or len(statements) == 1:
        for statement in statements:
            result = connection.sql(statement)
            if result is not None:
                write(result, form)
        return
    # a file has one table: the other statements only prepare it
    results = [connection.sql(statement) for statement in statements]
    answers = [result for result in results if result is not None]
    if len(answers) > 1:
        raise AnswerError(f"{form} holds one answer: ask the {len(answers)} questions one by one.")
    for answer in answers:
        write(answer, form)


def _command_sql(words: list[str]) -> str | None:
    match words:
        case [".tables"]:
            return """
                select
                    table_name,
                    row_count,
                    replace(regexp_extract(description, '^[^.?]*[.?]'), chr(10), ' ') as holds
                from catalogue.tables
                order by table_name
            """
        case [".columns", table]:
            name = table.removeprefix("marts.").replace("'", "''")
            return (
                "select column_name, data_type, unit, description from catalogue.columns "
                f"where table_name = '{name}' order by ordinal_position"
            )
    return None


def _answer(connection: duckdb.DuckDBPyConnection, sql: str | None) -> None:
    if sql is None:
        print(_HELP)
        return
    try:
        show(connection, sql)
    except (AnswerError, ReaderError, duckdb.Error) as error:
        print(printable(in_words(error)))
