"""Every value that reads as a kind can be cast by staging."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ingest.declarations import Kind
from ingest.reading.kinds import reads_as, unreadable

READS = {
    Kind.TEXT: ["", "anything", "\N{SNOWMAN}", "NA"],
    Kind.INTEGER: ["0", "7", "-7", "+7", "007", "61.00", "61.", "-5.0", "0" * 9 + "9" * 9],
    Kind.NUMBER: ["0", "-1.5", "+.5", "5.", "1e3", "1e-999", "1.5E-10", "1048.36058", "00.1"],
    Kind.DEPTH: ["0", "0.0001", "1.5", "T"],
    Kind.CLOCK: ["0", "5", "59", "517", "0517", "0000", "000", "2359", "2400", "1200", "930"],
    Kind.DIGITS: ["0", "5", "517", "0517", "2400", "2401", "7230", "1275", "9999"],
    Kind.DATE: [
        "2013-01-31", "2012-02-29", "0001-01-01", "9999-12-31",
        "1/31/1995", "01/31/1995", "12/1/1999", "2/29/1996", "1/31/1995 12:00:00 AM",
        "1/31/1995 0:00", "01/31/1995 00:00:00", "2013-01-31 00:00:00", "2013-01-31T00:00:00",
    ],
    Kind.MINUTE: ["2013-01-31 05:51", "2012-02-29 00:00", "1996-12-31 23:59"],
    Kind.AIRPORT: ["JFK", "1G4"],
    Kind.INSTANT: ["2013-01-31T05:00:00Z", "2012-02-29T23:59:59Z"],
}  # fmt: skip

DOES_NOT_READ = {
    Kind.TEXT: [],
    Kind.INTEGER: [
        "", " ", " 1", "1 ", "1.5", "61.01", "1,000", "1e3", "--1", "+", ".0", "0x1F", "NaN", "one",
        "\N{ARABIC-INDIC DIGIT ONE}", "1\n", "1_000",
        "1234567890", "9" * 30,
    ],
    Kind.NUMBER: [
        "", ".", "1.2.3", "1e", "e5", "NaN", "inf", "1,5", " 1", "1 ", "0x1", "1\n", "- 1", "1e1.5",
        "1e999", "9" * 400,
    ],
    Kind.DEPTH: ["", "t", "TT", "T ", "trace", "1 T", "NaN", "M", "1e999"],
    Kind.CLOCK: [
        "", "60", "99", "160", "960", "2401", "2460", "2500", "-1", "12:30", "1230.0", "24:00",
        "12345", "00517", " 517", "noon", "2400\n",
    ],
    Kind.DIGITS: ["", "-1", "12:30", "1230.0", "12345", "00517", " 517", "noon", "2400\n"],
    Kind.DATE: [
        "", "2013-02-29", "2013-13-01", "2013-00-10", "2013-1-1", "20130131",
        "2013-01-31T00:00:00Z", "0000-01-01", "2013-01-32", "2013-01-31 ",
        "31/1/1995", "2/29/1995", "0/1/1995", "1/0/1995", "1/31/95", "1/31/0000", "1-31-1995",
        "1/31/1995 ", "1/31/1995 12:00 AM", "1/31/1995 12:00:00 PM", "1/31/1995 1:00:00 AM",
        "001/31/1995", "2013-01-31 12:00:00 AM",
        "2013-01-31 01:00:00", "2013-01-31T00:00", "1/31/1995 1:00", "1/31/1995 0:30",
    ],
    Kind.MINUTE: [
        "", "2013-01-31", "2013-01-31T05:51", "2013-01-31 5:51", "2013-01-31 05:51:00",
        "2013-02-29 05:51", "2013-01-31 24:00", "2013-01-31 05:60", "2013-01-31 05:51Z", "M",
        "2013-01-31  05:51", "2013-01-31 05:51\n", "0000-01-01 00:00",
    ],
    Kind.AIRPORT: ["jfk", "JF", "KJFK", "J K", "JF\0", "J\u00c9K", "\u0661\u0662\u0663", ""],
    Kind.INSTANT: [
        "", "2013-01-31", "2013-01-31T05:00:00", "2013-01-31 05:00:00Z", "2013-02-30T05:00:00Z",
        "2013-01-31T24:00:00Z", "2013-01-31T05:60:00Z", "2013-01-31T05:00:00+00:00",
        "2013-01-31T05:00:60Z",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in READS.items() for text in texts]
)
def test_text_of_its_kind_reads(kind: Kind, text: str) -> None:
    assert reads_as(text, kind)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in DOES_NOT_READ.items() for text in texts]
)
def test_text_of_another_kind_does_not_read(kind: Kind, text: str) -> None:
    assert not reads_as(text, kind)


def test_every_kind_is_tried_both_ways() -> None:
    assert set(READS) == set(DOES_NOT_READ) == set(Kind)


def test_every_unreadable_row_is_marked_and_null_never_is() -> None:
    texts = pa.array(["1", None, "x", "2", "x", None, ""], pa.string())
    mask = unreadable(texts, Kind.INTEGER)
    assert mask is not None
    assert mask.to_pylist() == [False, False, True, False, True, False, True]


@pytest.mark.parametrize("kind", Kind)
def test_there_is_no_mask_where_everything_reads(kind: Kind) -> None:
    assert unreadable(pa.array([*READS[kind], None], pa.string()), kind) is None
    assert unreadable(pa.array([], pa.string()), kind) is None
    assert unreadable(pa.array([None, None], pa.string()), kind) is None
