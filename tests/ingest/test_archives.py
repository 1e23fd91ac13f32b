"""Malformed archives, each refused with one sentence."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from ingest.errors import RefusedFileError
from ingest.publishers import Received
from ingest.reading import archives
from ingest.reading.archives import members, only_table

NAME = "things_2024_1.csv"
CONTENT = b"name,size\n" + b"".join(b"thing %d,%d\n" % (n, n * n) for n in range(5000))

SHOULD = "things.zip should be a zip archive with one CSV file, but "


def archive(*held: tuple[str | zipfile.ZipInfo, bytes], stored: bool = False) -> bytes:
    """Return an archive of these members."""
    written = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(written, "w", method) as opened:
        for name, content in held:
            opened.writestr(name, content, method)
    return written.getvalue()


GOOD = archive((NAME, CONTENT), ("readme.html", b"<html></html>"))


def received(content: bytes) -> Received:
    return Received("things.zip", "2024-01", io.BytesIO(content))


def refusal(content: bytes) -> str:
    """Return the sentence with which an archive is refused, without its beginning."""
    came = received(content)
    with pytest.raises(RefusedFileError) as error:
        only_table(came)
    sentence = str(error.value)
    assert sentence.startswith(SHOULD), sentence
    assert came.stream.tell() == 0
    return sentence.removeprefix(SHOULD)


def doctored(content: bytes, offset: int, form: str, *values: int) -> bytes:
    """Return an archive with a field of the directory's first entry overwritten."""
    entry = content.index(b"PK\x01\x02")
    changed = bytearray(content)
    struct.pack_into(form, changed, entry + offset, *values)
    return bytes(changed)


# What is accepted


def test_the_one_table_of_an_archive_is_named_and_the_stream_rewound() -> None:
    came = received(GOOD)
    assert only_table(came) == NAME
    assert came.stream.read() == GOOD


@pytest.mark.parametrize(
    "name",
    ["things.csv", "196328912_THINGS.CSV", "of 2024/january/things.csv", "things.txt", "a.asc"],
)
def test_the_name_of_the_table_does_not_matter(name: str) -> None:
    assert only_table(received(archive((name, CONTENT)))) == name


def test_what_a_mac_adds_and_other_hidden_files_are_no_tables() -> None:
    hidden = ("__MACOSX/._things.csv", "._things.csv", ".cache/things.csv")
    content = archive(*((name, b"x") for name in hidden), ("of 2024/", b""), (NAME, CONTENT))
    assert only_table(received(content)) == NAME


def test_members_may_be_stored_without_compression() -> None:
    assert only_table(received(archive((NAME, CONTENT), stored=True))) == NAME


def test_an_archive_with_a_folder_and_more_members_than_wanted_is_accepted() -> None:
    content = archive(("docs/", b""), ("docs/a.pdf", b"%PDF"), ("A.txt", b"a"), ("B.txt", b"b"))
    came = received(content)
    members(came, ("A.txt", "B.txt"))
    assert came.stream.tell() == 0


# What is not an archive


def test_a_web_page_is_refused_with_its_title() -> None:
    page = b"\xef\xbb\xbf\n<!DOCTYPE HTML>\n<html><title>Page\n  Not &amp; Found</title></html>"
    assert refusal(page) == "a web page titled “Page Not & Found” came."


@pytest.mark.parametrize(
    "page",
    [b"<html>", b"  <HTML lang='en'><body>", b"<!-- a comment --><!doctype html>", b"<head><meta>"],
)
def test_a_web_page_without_a_title_is_refused(page: bytes) -> None:
    assert refusal(page) == "a web page came."


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "it is empty."


def test_another_kind_of_file_is_refused_by_its_first_bytes() -> None:
    assert refusal(b"\x1f\x8b\x08\x00 is gzip") == "it begins with the bytes 1f 8b 08 00."


def test_an_archive_of_nothing_is_refused() -> None:
    assert refusal(archive()) == "it holds nothing."


# Truncated or damaged archives


@pytest.mark.parametrize("kept", [4, 100, len(GOOD) // 2, len(GOOD) - 30, len(GOOD) - 1])
def test_a_truncated_archive_is_refused(kept: int) -> None:
    assert refusal(GOOD[:kept]) == "it is cut short or damaged (File is not a zip file)."


def test_an_archive_whose_beginning_is_missing_is_refused() -> None:
    assert refusal(b"PK\x03\x04" + GOOD[len(GOOD) // 2 :]).startswith("it is cut short or damaged")


def test_a_member_that_does_not_match_its_checksum_is_refused() -> None:
    content = archive((NAME, CONTENT), stored=True).replace(b"thing 777,", b"thing 778,")
    assert refusal(content) == (
        "it is cut short or damaged (Bad CRC-32 for file 'things_2024_1.csv')."
    )


@pytest.mark.parametrize("place", range(100, 3000, 290))
def test_a_damaged_byte_anywhere_in_a_member_is_refused(place: int) -> None:
    content = bytearray(GOOD)
    content[place] ^= 0xFF
    assert refusal(bytes(content)).startswith("it is cut short or damaged (")


def test_a_directory_that_does_not_agree_with_a_member_is_refused() -> None:
    content = GOOD.replace(NAME.encode(), b"things_2024_2.csv", 1)
    assert refusal(content).startswith("it is cut short or damaged (File name in directory")


# Members


def test_two_tables_are_refused() -> None:
    content = archive((NAME, CONTENT), ("more.CSV", CONTENT))
    assert refusal(content) == "it holds things_2024_1.csv and more.CSV."


def test_the_same_table_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = archive((NAME, CONTENT), (NAME, CONTENT))
    assert refusal(content) == "it holds things_2024_1.csv and things_2024_1.csv."


def test_an_archive_without_a_table_is_refused_with_the_beginning_of_what_it_holds() -> None:
    content = archive(*[(f"{number}.pdf", b"") for number in range(8)])
    assert refusal(content) == "it holds 0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf and 3 more."


def test_a_missing_member_is_refused() -> None:
    with pytest.raises(RefusedFileError) as error:
        members(received(archive(("A.txt", b"a"), ("C.txt", b"c"))), ("A.txt", "B.txt", "C.txt"))
    assert str(error.value) == (
        "things.zip should be a zip archive with A.txt, B.txt and C.txt, but it holds A.txt and "
        "C.txt."
    )


def test_a_required_member_that_occurs_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = archive(("A.txt", b"a"), ("A.txt", b"b"))
    with pytest.raises(RefusedFileError, match=r"but it holds A\.txt and A\.txt\.$"):
        members(received(content), ("A.txt",))


@pytest.mark.parametrize("name", ["more.zip", "MORE.ZIP", "more.csv.gz", "more.tar", "more.7z"])
def test_an_archive_in_the_archive_is_refused_by_its_name(name: str) -> None:
    assert refusal(archive((NAME, CONTENT), (name, b""))) == f"{name} in it is an archive too."


def test_an_archive_under_the_name_of_the_table_is_refused() -> None:
    content = archive((NAME, GOOD))
    assert refusal(content) == f"{NAME} in it is an archive too."


@pytest.mark.parametrize("name", ["/etc/passwd", "//host/share", "C:\\things.csv", "\\things.csv"])
def test_an_absolute_name_is_refused(name: str) -> None:
    shown = name.replace("\\", "\\\\")
    assert refusal(archive((NAME, CONTENT), (name, b""))) == f"{shown} in it has an absolute name."


@pytest.mark.parametrize("name", ["../things.csv", "a/../../things.csv", "a/..", "..\\things.csv"])
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    shown = name.replace("\\", "\\\\")
    assert refusal(archive((NAME, CONTENT), (name, b""))) == (
        f"{shown} in it has a name that leads out of the archive."
    )


def test_a_name_with_dots_that_lead_nowhere_is_accepted() -> None:
    assert only_table(received(archive((NAME, CONTENT), ("a..b/..c", b"")))) == NAME


def test_a_name_that_hides_its_end_is_refused() -> None:
    content = archive((NAME, CONTENT), ("readme.csv_html", b"")).replace(b"csv_html", b"csv\0html")
    assert refusal(content) == "readme.csv\\x00html in it has a name that hides its end."


def test_a_name_is_shown_without_what_could_do_harm() -> None:
    name = "../\x1b[2J" + "x" * 200
    assert refusal(archive((NAME, CONTENT), (name, b""))) == (
        "../\\x1b[2J" + "x" * 90 + "... in it has a name that leads out of the archive."
    )


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_a_link_or_a_device_is_refused(kind: int) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (kind | 0o777) << 16
    assert refusal(archive((NAME, CONTENT), (link, b"/etc/passwd"))) == (
        "link in it is a link or a device and no file."
    )


def test_an_encrypted_member_is_refused() -> None:
    # the flag is the third field of an entry of the directory
    assert refusal(doctored(GOOD, 8, "<H", 1)) == f"{NAME} in it is encrypted."


@pytest.mark.parametrize("method", [9, 12, 14, 99])
def test_a_compression_that_cannot_be_read_is_refused(method: int) -> None:
    assert refusal(doctored(GOOD, 10, "<H", method)) == (
        f"{NAME} in it is compressed by method {method}, which cannot be read."
    )


def test_an_archive_of_too_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    assert refusal(GOOD) == "it holds 2 members."


# Bombs

BOMB = b"0" * 5_000_000


def test_a_member_that_grows_too_many_times_is_refused() -> None:
    content = archive((NAME, BOMB))
    assert len(BOMB) > archives.MOST_TIMES_INFLATED * len(content)
    assert refusal(content) == (
        f"{NAME} in it grows beyond {archives.MOST_TIMES_INFLATED * len(content):,} bytes."
    )


def test_a_member_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_INFLATED_BYTES", len(CONTENT) - 1)
    assert refusal(GOOD) == f"{NAME} in it grows beyond {len(CONTENT) - 1:,} bytes."


def test_members_that_grow_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_INFLATED_BYTES", 2 * len(CONTENT) - 1)
    content = archive(("A.txt", CONTENT), ("B.txt", CONTENT))
    with pytest.raises(RefusedFileError, match=r"B\.txt in it grows beyond"):
        members(received(content), ("A.txt", "B.txt"))


@pytest.mark.parametrize("claimed", [0, 10, len(BOMB) - 1])
def test_a_bomb_that_claims_to_be_small_is_refused(claimed: int) -> None:
    # the sizes are the seventh and eighth fields of an entry of the directory
    assert "grows beyond" in refusal(doctored(archive((NAME, BOMB)), 24, "<I", claimed))


@pytest.mark.parametrize("claimed", [10, len(CONTENT) - 1, len(CONTENT) + 1, 1 << 31])
def test_a_size_that_is_a_lie_is_refused(claimed: int) -> None:
    assert refusal(doctored(GOOD, 24, "<I", claimed)) == (
        f"{NAME} in it claims {claimed:,} bytes and has {len(CONTENT):,}."
    )


def test_a_member_that_is_not_wanted_is_not_inflated() -> None:
    assert only_table(received(archive((NAME, CONTENT), ("readme.html", BOMB)))) == NAME
