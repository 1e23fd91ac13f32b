"""A flipped byte is named, or it is in unused space and changes nothing."""

from __future__ import annotations

import io
import random
from pathlib import Path

import duckdb
import pytest

from ingest.errors import IngestError, RefusedFileError
from ingest.landing import store
from ingest.loading.state import answer
from ingest.publishers import Received
from ontime.publishing.verification import verify
from ontime.storage.paths import published_folder, warehouse_file
from tests.ingest.shops import shop
from tests.publishing import made_up

FLIPS = 24


def keep(received: Received, path: Path) -> None:
    """Write a file as it came."""
    path.write_bytes(received.stream.read())


SHOP = shop(keep)
SUMS = "select sum(number), max(text), count(*) from operations.load_receipts"


def flipped(content: bytes, seeded: random.Random) -> bytes:
    """Return content with one bit of one byte turned over."""
    changed = bytearray(content)
    changed[seeded.randrange(len(changed))] ^= 1 << seeded.randrange(8)
    return bytes(changed)


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
        warehouse_file().write_bytes(flipped(content, seeded))
        try:
            assert answer(SUMS) == expected
        except IngestError as error:
            sentences.append(str(error))
    assert len(sentences) > FLIPS // 2
    assert all("cannot be used: " in sentence for sentence in sentences)
    assert all("`ontime replay`" in sentence for sentence in sentences)


def test_a_flipped_byte_of_landing_is_named_and_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    seeded = random.Random("landing")  # noqa: S311 - no secret
    content = seeded.randbytes(5_000)

    def land() -> store.Landed:
        came = Received("a.zip", "2024-01", io.BytesIO(content))
        return store.land(
            SHOP, came, url="https://example.com/a", asked="", etag=None, last_modified=None
        )

    for _ in range(FLIPS):
        landed = land()
        store.verify(landed)
        landed.path.chmod(0o644)
        landed.path.write_bytes(flipped(content, seeded))
        with pytest.raises(RefusedFileError, match=r"`ontime load shop --months 2024-01 --force`"):
            store.verify(landed)


def test_a_flipped_byte_of_a_publication_is_named_and_published_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    made_up.publish("v1", 1)
    files = [path for path in sorted((published_folder() / "current").rglob("*")) if path.is_file()]
    assert len(files) > 3
    seeded = random.Random("publication")  # noqa: S311 - no secret
    for flip in range(FLIPS):
        path = files[flip % len(files)]
        content = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(flipped(content, seeded))
        assert verify() != [], f"{path} with a flipped byte passes for whole"
        path.write_bytes(content)
    assert verify() == []
