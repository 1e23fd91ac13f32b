"""Web pages are distinguished from files by their first bytes."""

from __future__ import annotations

import pytest

from ingest.reading.pages import page_title


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"PK\x03\x04<html>",
        b"station,valid,tmpf\nJFK,<html>,1\n",
        b"<?xml version='1.0'?><flights/>",
        b"<htmlish>",
        b"<!-- a comment without an end <html>",
    ],
)
def test_what_is_no_page_has_no_title(start: bytes) -> None:
    assert page_title(start) is None


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (b"<html><body>Sorry</body>", ""),
        (b"<!DOCTYPE html><html><head><title>Not Found</title>", "Not Found"),
        (
            b"\xef\xbb\xbf <!-- one --><!-- two -->\n<HTML><TITLE lang='en'>\n A &lt; B </TITLE>",
            "A < B",
        ),
        (b"<title>caf\xe9</title>", "caf\N{REPLACEMENT CHARACTER}"),
        (b"<title>" + b"x" * 500 + b"</title>", "x" * 100),
    ],
)
def test_a_page_is_known_by_its_first_tag(page: bytes, title: str) -> None:
    assert page_title(page) == title


@pytest.mark.parametrize("bait", [b"<!---->", b"<title>", b"<title ", b"<!--", b" "])
def test_no_page_takes_long_to_recognise(bait: bytes) -> None:
    page_title(bait * 100_000)
    page_title(b"<html>" + bait * 100_000)
