"""Make the FAA's archive of registered aircraft, with its oddities and with personal data.

A row is a dict under the publisher's column names; missing names are blank. All personal data in it
begin with `MARK`, so that a test can search the project's output for them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]

MARK = "ZQX"
"""How every value begins that tells of a person; nothing else in the files has these letters."""

WRITTEN_AT = datetime(2024, 3, 15, 5, 30)

# each column and the width to which its values are padded
MASTER = {
    "N-NUMBER": 5, "SERIAL NUMBER": 30, "MFR MDL CODE": 7, "ENG MFR MDL": 5, "YEAR MFR": 4,
    "TYPE REGISTRANT": 1, "NAME": 50, "STREET": 33, "STREET2": 33, "CITY": 18, "STATE": 2,
    "ZIP CODE": 10, "REGION": 1, "COUNTY": 3, "COUNTRY": 2, "LAST ACTION DATE": 8,
    "CERT ISSUE DATE": 8, "CERTIFICATION": 10, "TYPE AIRCRAFT": 1, "TYPE ENGINE": 2,
    "STATUS CODE": 2, "MODE S CODE": 8, "FRACT OWNER": 1, "AIR WORTH DATE": 8,
    "OTHER NAMES(1)": 50, "OTHER NAMES(2)": 50, "OTHER NAMES(3)": 50, "OTHER NAMES(4)": 50,
    "OTHER NAMES(5)": 50, "EXPIRATION DATE": 8, "UNIQUE ID": 8, "KIT MFR": 30, " KIT MODEL": 20,
    "MODE S CODE HEX": 10,
}  # fmt: skip
ACFTREF = {
    "CODE": 7, "MFR": 30, "MODEL": 20, "TYPE-ACFT": 1, "TYPE-ENG": 2, "AC-CAT": 1,
    "BUILD-CERT-IND": 1, "NO-ENG": 2, "NO-SEATS": 3, "AC-WEIGHT": 7, "SPEED": 4,
    "TC-DATA-SHEET": 15, "TC-DATA-HOLDER": 50,
}  # fmt: skip
ENGINE = {"CODE": 5, "MFR": 10, "MODEL": 13, "TYPE": 2, "HORSEPOWER": 5, "THRUST": 6}
DEREG = {
    "N-NUMBER": 5, "SERIAL-NUMBER": 30, "MFR-MDL-CODE": 7, "STATUS-CODE": 2, "NAME": 50,
    "STREET-MAIL": 33, "STREET2-MAIL": 33, "CITY-MAIL": 18, "STATE-ABBREV-MAIL": 2,
    "ZIP-CODE-MAIL": 10, "ENG-MFR-MDL": 5, "YEAR-MFR": 4, "CERTIFICATION": 10, "REGION": 1,
    "COUNTY-MAIL": 3, "COUNTRY-MAIL": 2, "AIR-WORTH-DATE": 8, "CANCEL-DATE": 8, "MODE-S-CODE": 8,
    "INDICATOR-GROUP": 1, "EXP-COUNTRY": 18, "LAST-ACT-DATE": 8, "CERT-ISSUE-DATE": 8,
    "STREET-PHYSICAL": 33, "STREET2-PHYSICAL": 33, "CITY-PHYSICAL": 18,
    "STATE-ABBREV-PHYSICAL": 2, "ZIP-CODE-PHYSICAL": 10, "COUNTY-PHYSICAL": 3,
    "COUNTRY-PHYSICAL": 2, "OTHER-NAMES(1)": 50, "OTHER-NAMES(2)": 50, "OTHER-NAMES(3)": 50,
    "OTHER-NAMES(4)": 50, "OTHER-NAMES(5)": 50, "KIT MFR": 30, " KIT MODEL": 20,
    "MODE S CODE HEX": 10,
}  # fmt: skip

MODELS: tuple[Row, ...] = (
    {"CODE": "1384404", "MFR": "BOEING", "MODEL": "737-823", "TYPE-ACFT": "5", "TYPE-ENG": "5",
     "AC-CAT": "1", "BUILD-CERT-IND": "0", "NO-ENG": "02", "NO-SEATS": "149",
     "AC-WEIGHT": "CLASS 3", "SPEED": "0000", "TC-DATA-SHEET": "A16WE",
     "TC-DATA-HOLDER": "THE BOEING COMPANY"},
    {"CODE": "3940032", "MFR": "AIRBUS INDUSTRIE", "MODEL": "A320-232", "TYPE-ACFT": "5",
     "TYPE-ENG": "5", "AC-CAT": "1", "BUILD-CERT-IND": "0", "NO-ENG": "02", "NO-SEATS": "182",
     "AC-WEIGHT": "CLASS 3", "SPEED": "0000"},
    {"CODE": "0030124", "MFR": "SMALL WORKS", "MODEL": 'BABY "D"', "TYPE-ACFT": "4",
     "TYPE-ENG": "1", "AC-CAT": "1", "BUILD-CERT-IND": "1", "NO-ENG": "01", "NO-SEATS": "001",
     "AC-WEIGHT": "CLASS 1", "SPEED": "0082"},
)  # fmt: skip
ENGINES: tuple[Row, ...] = (
    {"CODE": "00000", "MFR": "NONE", "MODEL": "NONE", "TYPE": "0", "HORSEPOWER": "00000",
     "THRUST": "000000"},
    {"CODE": "13515", "MFR": "CFM INTL", "MODEL": "CFM56-7B24", "TYPE": "5",
     "HORSEPOWER": "00000", "THRUST": "024200"},
)  # fmt: skip


def aircraft(number: str, **values: str) -> dict[str, str]:
    """Return an owned aircraft, by its number with or without the N.

    Values are named with underscores: `YEAR_MFR="1988"`.
    """
    number = number.removeprefix("N")
    # the same number always gives the same identity
    identity = int.from_bytes(number.encode()) % 10**8
    row = {
        "N-NUMBER": number,
        "SERIAL NUMBER": f"SN-{number}",
        "MFR MDL CODE": "1384404",
        "ENG MFR MDL": "13515",
        "YEAR MFR": "2001",
        "TYPE REGISTRANT": "1",
        "STATE": "OK",
        "REGION": "2",
        "COUNTY": "109",
        "COUNTRY": "US",
        "LAST ACTION DATE": "20230616",
        "CERT ISSUE DATE": "20010405",
        "CERTIFICATION": "1T",
        "TYPE AIRCRAFT": "5",
        "TYPE ENGINE": "5",
        "STATUS CODE": "V",
        "MODE S CODE": "52557603",
        "AIR WORTH DATE": "20010330",
        "EXPIRATION DATE": "20301031",
        "UNIQUE ID": f"{identity:08}",
        "MODE S CODE HEX": f"A{identity % 0xFFFFF:05X}",
        **personal_values(number),
    }
    return row | {name.replace("_", " "): value for name, value in values.items()}


def former(number: str, **values: str) -> dict[str, str]:
    """Return a registration that was cancelled, by its number with or without the N.

    Values are named with underscores: `CANCEL_DATE="20180301"`.
    """
    number = number.removeprefix("N")
    row = {
        "N-NUMBER": number,
        "SERIAL-NUMBER": f"FORMER-{number}",
        "MFR-MDL-CODE": "1384404",
        "STATUS-CODE": "09",
        "STATE-ABBREV-MAIL": "OK",
        "ENG-MFR-MDL": "13515",
        "YEAR-MFR": "1998",
        "AIR-WORTH-DATE": "19980330",
        "CANCEL-DATE": "20180301",
        "LAST-ACT-DATE": "20180302",
        "CERT-ISSUE-DATE": "20050405",
        "NAME": f"{MARK}NAME {number}",
        **{f"{part}-{kind}": f"{MARK}{part} {number}" for part in ("STREET", "STREET2", "CITY")
           for kind in ("MAIL", "PHYSICAL")},
        **{f"ZIP-CODE-{kind}": f"{MARK}{number}" for kind in ("MAIL", "PHYSICAL")},
        **{f"OTHER-NAMES({place})": f"{MARK}OTHER{place} {number}" for place in range(1, 6)},
    }  # fmt: skip
    return row | {name.replace("_", "-"): value for name, value in values.items()}


def personal_values(number: str) -> dict[str, str]:
    """Return the registry's personal data on an aircraft, each value marked."""
    return {
        "NAME": f"{MARK}NAME {number}",
        "STREET": f"{MARK}STREET {number}",
        "STREET2": f"{MARK}FLOOR {number}",
        "CITY": f"{MARK}CITY {number}",
        "ZIP CODE": f"{MARK}{number}",
        **{f"OTHER NAMES({place})": f"{MARK}OTHER{place} {number}" for place in range(1, 6)},
    }


def table(
    layout: Mapping[str, int], rows: Iterable[Row | bytes], columns: Sequence[str] | None = None
) -> bytes:
    """Return a table with a byte order mark, CRLF, padded values and a comma after each line.

    A row of bytes is a verbatim line, without its end. `columns` omits columns or adds unknown
    ones.
    """
    names = list(layout) if columns is None else columns
    lines = [",".join([*names, ""]).encode()]
    lines += [row if isinstance(row, bytes) else line(layout, row, names) for row in rows]
    return b"\xef\xbb\xbf" + b"".join(content + b"\r\n" for content in lines)


def line(layout: Mapping[str, int], row: Row, columns: Sequence[str] | None = None) -> bytes:
    """Return one line, without its end."""
    names = list(layout) if columns is None else columns
    values = [str(row.get(name, "")).ljust(layout.get(name, 0)) for name in names]
    return ",".join([*values, ""]).encode()


def archive(  # noqa: PLR0913 - each is one way in which files differ
    rows: Iterable[Row | bytes],
    *,
    models: Iterable[Row | bytes] = MODELS,
    engines: Iterable[Row | bytes] = ENGINES,
    given_up: Iterable[Row | bytes] | None = None,
    columns: Sequence[str] | None = None,
    written_at: datetime = WRITTEN_AT,
    without: Sequence[str] = (),
) -> bytes:
    """Return the archive with the aircraft of `rows`; `columns` are those of MASTER.txt.

    `given_up` are the registrations that were cancelled; without them there is one.
    """
    members = {
        "MASTER.txt": table(MASTER, rows, columns),
        "ACFTREF.txt": table(ACFTREF, models),
        "ENGINE.txt": table(ENGINE, engines),
        "DEREG.txt": table(DEREG, [former("9ZZ")] if given_up is None else given_up),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            if name not in without:
                entry = zipfile.ZipInfo(name, written_at.timetuple()[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                written.writestr(entry, content)
    return packed.getvalue()
