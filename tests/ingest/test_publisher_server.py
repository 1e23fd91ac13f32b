"""Tests of the test publisher: it behaves as it promises to the tests that use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.publisher.server import Server, serve, status


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """Yield a client that uses no proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a publisher with one file."""
    with serve({"/a.zip": b"0123456789"}) as server:
        yield server


def test_the_files_of_a_folder_are_served(tmp_path: Path, session: requests.Session) -> None:
    (tmp_path / "PREZIP").mkdir()
    (tmp_path / "PREZIP" / "things_(1987_present).zip").write_bytes(b"content")
    with serve(tmp_path) as server:
        answer = session.get(f"{server.url}/PREZIP/things_(1987_present).zip")
    assert (answer.status_code, answer.content) == (200, b"content")


def test_an_unknown_path_is_answered_with_a_page_unless_told_otherwise(
    server: Server, session: requests.Session
) -> None:
    answer = session.get(f"{server.url}/nothing.zip")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert b"<title>Page Not Found</title>" in answer.content
    with serve(missing_status=404) as honest:
        assert session.get(f"{honest.url}/nothing.zip").status_code == 404


def test_what_is_published_no_longer_is_unknown(server: Server, session: requests.Session) -> None:
    server.remove("/a.zip")
    assert b"Page Not Found" in session.get(f"{server.url}/a.zip").content


def test_a_version_that_the_client_has_is_not_sent_again(
    server: Server, session: requests.Session
) -> None:
    server.put("/a.zip", b"new", etag='"v2"', last_modified="Mon, 01 Apr 2024 10:00:00 GMT")
    for headers, code in (
        ({"If-None-Match": '"v1", "v2"'}, 304),
        ({"If-None-Match": '"v1"'}, 200),
        ({"If-Modified-Since": "Mon, 01 Apr 2024 10:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Sun, 31 Mar 2024 10:00:00 GMT"}, 200),
    ):
        assert session.get(f"{server.url}/a.zip", headers=headers).status_code == code


def test_the_etag_is_of_the_content(server: Server, session: requests.Session) -> None:
    before = session.head(f"{server.url}/a.zip").headers["ETag"]
    server.put("/a.zip", b"0123456789")
    assert session.head(f"{server.url}/a.zip").headers["ETag"] == before
    server.put("/a.zip", b"another")
    assert session.head(f"{server.url}/a.zip").headers["ETag"] != before


def test_a_function_of_the_query_answers(server: Server, session: requests.Session) -> None:
    server.answer("/asos.py", lambda query: " ".join(query["station"]).encode())
    assert session.get(f"{server.url}/asos.py?station=JFK&station=LGA").content == b"JFK LGA"


def test_misbehaviours_are_met_once_each_and_by_their_method_alone(
    server: Server, session: requests.Session
) -> None:
    server.misbehave("/a.zip", status(503), status(429, retry_after="0"))
    assert session.head(f"{server.url}/a.zip").status_code == 200
    assert [session.get(f"{server.url}/a.zip").status_code for _ in range(3)] == [503, 429, 200]
    assert [one.method for one in server.requests] == ["HEAD", "GET", "GET", "GET"]
    assert len(server.asked("/a.zip")) == 3
