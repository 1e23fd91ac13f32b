"""Write the aircraft registry, in the exact format of the publisher's archive.

It holds the aircraft that fly the made-up flights, and private aircraft up to the registry's
length. Each number belonged to another private aircraft before. The people in it are made up, too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.series.fleet import tail_numbers
from benchmarks.series.size import Size

_MASTER = (
    "N-NUMBER,SERIAL NUMBER,MFR MDL CODE,ENG MFR MDL,YEAR MFR,TYPE REGISTRANT,NAME,STREET,STREET2,"
    "CITY,STATE,ZIP CODE,REGION,COUNTY,COUNTRY,LAST ACTION DATE,CERT ISSUE DATE,CERTIFICATION,"
    "TYPE AIRCRAFT,TYPE ENGINE,STATUS CODE,MODE S CODE,FRACT OWNER,AIR WORTH DATE,OTHER NAMES(1),"
    "OTHER NAMES(2),OTHER NAMES(3),OTHER NAMES(4),OTHER NAMES(5),EXPIRATION DATE,UNIQUE ID,KIT MFR,"
    " KIT MODEL,MODE S CODE HEX,"
)
_ACFTREF = (
    "CODE,MFR,MODEL,TYPE-ACFT,TYPE-ENG,AC-CAT,BUILD-CERT-IND,NO-ENG,NO-SEATS,AC-WEIGHT,SPEED,"
    "TC-DATA-SHEET,TC-DATA-HOLDER,"
)
_DEREG = (
    "N-NUMBER,SERIAL-NUMBER,MFR-MDL-CODE,STATUS-CODE,NAME,STREET-MAIL,STREET2-MAIL,CITY-MAIL,"
    "STATE-ABBREV-MAIL,ZIP-CODE-MAIL,ENG-MFR-MDL,YEAR-MFR,CERTIFICATION,REGION,COUNTY-MAIL,"
    "COUNTRY-MAIL,AIR-WORTH-DATE,CANCEL-DATE,MODE-S-CODE,INDICATOR-GROUP,EXP-COUNTRY,LAST-ACT-DATE,"
    "CERT-ISSUE-DATE,STREET-PHYSICAL,STREET2-PHYSICAL,CITY-PHYSICAL,STATE-ABBREV-PHYSICAL,"
    "ZIP-CODE-PHYSICAL,COUNTY-PHYSICAL,COUNTRY-PHYSICAL,OTHER-NAMES(1),OTHER-NAMES(2),"
    "OTHER-NAMES(3),OTHER-NAMES(4),OTHER-NAMES(5),KIT MFR, KIT MODEL,MODE S CODE HEX,"
)
_ENGINE = "CODE,MFR,MODEL,TYPE,HORSEPOWER,THRUST,"
_AIRLINERS = (
    ("BOEING", "737-823", 149),
    ("BOEING", "737-8H4", 140),
    ("BOEING", "757-232", 178),
    ("AIRBUS INDUSTRIE", "A320-232", 180),
    ("AIRBUS INDUSTRIE", "A321-231", 220),
    ("AIRBUS", "A319-112", 145),
    ("EMBRAER", "ERJ 170-200 LR", 88),
    ("BOMBARDIER INC", "CL-600-2C10", 80),
)
_PRIVATE_MODELS = 600
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLAIN_NUMBERS = 99_999
# in the year after it, the first of the airliners were built
_GIVEN_UP_IN = 1997


def write_registry(folder: Path, month: str, size: Size) -> Path:
    """Write the registry of the first day of a month and return the path."""
    path = folder / "ReleasableAircraft.zip"
    members = {
        "MASTER.txt": (_MASTER, _aircraft(size)),
        "ACFTREF.txt": (_ACFTREF, _models()),
        "ENGINE.txt": (_ENGINE, iter([f"{13_515:05},CFM INTL  ,CFM56        ,5 ,00000,024000,"])),
        "DEREG.txt": (_DEREG, _former(size)),
    }
    year, number = map(int, month.split("-"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (header, rows) in members.items():
            dated = zipfile.ZipInfo(name, (year, number, 1, 0, 0, 0))
            dated.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(dated, "w") as opened:
                opened.write(f"\ufeff{header}\r\n".encode())
                opened.writelines(f"{row}\r\n".encode() for row in rows)
    return path


def _aircraft(size: Size) -> Iterator[str]:
    flying = _flying(size)
    for place, number in enumerate(flying):
        yield _line(number, place, f"{10_000 + place % len(_AIRLINERS):07}", "5")
    for place in range(size.aircraft - len(flying)):
        model = f"{20_000 + place * 7919 % _PRIVATE_MODELS:07}"
        yield _line(_private_number(place), len(flying) + place, model, "4")


def _former(size: Size) -> Iterator[str]:
    flying = _flying(size)
    private = map(_private_number, range(size.aircraft - len(flying)))
    for place, number in enumerate([*flying, *private]):
        model, owner = f"{20_000 + place * 7919 % _PRIVATE_MODELS:07}", f"MADE UP {number}"
        yield (
            f"{number:<5},FORMER{place:<24},{model},09,{owner:<50},{'1 ROAD':<33},{'':<33},"
            f"{'TOWN':<18},OK,{'73125':<10},13515,1970,{'1T':<10},2,109,US,19700330,"
            f"{_GIVEN_UP_IN}0301,{place:08},{'':1},{'':<18},{_GIVEN_UP_IN}0302,19800405,{'':<33},"
            f"{'':<33},{'':<18},{'':<2},{'':<10},{'':<3},{'':<2},{'':<50},{'':<50},{'':<50},{'':<50},"
            f"{'':<50},{'':<30},{'':<20},{place:06X}    ,"
        )


def _flying(size: Size) -> list[str]:
    return [tail.removeprefix("N") for tails in tail_numbers(size) for tail in tails]


def _private_number(place: int) -> str:
    if place < _PLAIN_NUMBERS:
        return str(place + 1)
    number, letter = divmod(place - _PLAIN_NUMBERS, len(_LETTERS))
    return f"{number + 1}{_LETTERS[letter]}"


def _line(number: str, place: int, model: str, kind: str) -> str:
    chance = Random(number)  # noqa: S311 - made-up data, no secret
    year = chance.randrange(1998, 2022)
    code, owner = f"{place:06X}", f"MADE UP {number}"
    return (
        f"{number:<5},SN{place:<28},{model},13515,{year},3,{owner:<50},"
        f"{'1 ROAD':<33},{'':<33},{'TOWN':<18},OK,{'73125':<10},"
        f"2,109,US,20220616,{year}0405,{'1T':<10},{kind},"
        f"{'5 ' if kind == '5' else '1 '},V ,{place:08},{'':1},{year}0330,{'':<50},{'':<50},"
        f"{'':<50},{'':<50},{'':<50},20401031,{place:08},{'':<30},{'':<20},{code:<10},"
    )


def _models() -> Iterator[str]:
    for place, (maker, model, seats) in enumerate(_AIRLINERS):
        yield (
            f"{10_000 + place:07},{maker:<30},{model:<20},5,5 ,1,0,02,{seats:03},CLASS 3,0000,"
            f"{'':<15},{'':<50},"
        )
    for place in range(_PRIVATE_MODELS):
        yield (
            f"{20_000 + place:07},{'SMALL WORKS':<30},{f'M{place}':<20},4,1 ,1,0,01,004,CLASS 1,"
            f"0120,{'':<15},{'':<50},"
        )
