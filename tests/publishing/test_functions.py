"""What dbt is told when a publication does not come to its end."""

from __future__ import annotations

import json

import duckdb
import pytest

from ontime.publishing import functions


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Return a connection with the functions that dbt calls."""
    connection = duckdb.connect()
    functions.register(connection, "")
    return connection


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_a_publication_that_is_stopped_is_a_sentence_and_no_traceback(
    connection: duckdb.DuckDBPyConnection, stop: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "publish", _raising(stop))
    [(answer,)] = connection.execute(f"select ontime_publish('name', '{_ORDER}')").fetchall()
    assert json.loads(answer)["problem"].startswith("The publication was stopped. Readers still")


def test_another_error_is_not_taken_for_a_stop(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "publish", _raising(RuntimeError("a fault of ours")))
    with pytest.raises(duckdb.Error, match="a fault of ours"):
        connection.execute(f"select ontime_publish('name', '{_ORDER}')")


_ORDER = json.dumps({"storage_version": "v1.1.0", "tables": [], "catalogue": []})


def _raising(error: BaseException) -> object:
    def publish(*_arguments: object) -> str:
        raise error

    return publish
