"""A flipped byte of the warehouse is named, or it is in unused space and changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.loading.state import answer
from ontime.storage.paths import warehouse_file

FLIPS = 24
SUMS = "select sum(number), max(text), count(*) from operations.load_receipts"


def test_a_flipped_byte_of_the_warehouse_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    with duckdb.connect(str(warehouse_file())) as connection:
        connection.execute("create schema operations")
        connection.execute(
            "create table operations.load_receipts as "
            "select range as number, md5(range::varchar) as text from range(20000)"
        )
    content = warehouse_file().read_bytes()
    expected = answer(SUMS)
    sentences = []
    seeded = random.Random("flips")  # noqa: S311 - no secret
    for _ in range(FLIPS):
        flipped = bytearray(content)
        flipped[seeded.randrange(len(flipped))] ^= 1 << seeded.randrange(8)
        warehouse_file().write_bytes(flipped)
        try:
            assert answer(SUMS) == expected
        except IngestError as error:
            sentences.append(str(error))
    assert len(sentences) > FLIPS // 2
    assert all("cannot be used: " in sentence for sentence in sentences)
    assert all("`ontime replay`" in sentence for sentence in sentences)
