"""Make up a month that both BTS tables report, and count by hand what is in which of them.

The flights are those of `journeys`. What is decided here for each of them, by its number alone: who
operates it and whose brand it flies under, which of the two tables has it, and what they disagree
on. The counts are taken from these decisions, so they know nothing of the project's models.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.publisher import bts_files
from tests.publisher.bts_files import Flight, packed
from tests.publisher.journeys import Journey, journeys

_REPORTING = tuple(bts_files.RENAMED_IN_2018)
_SCHEDULED = "Originally_Scheduled_Code_Share_Airline"
# the space at the end of one name is the publisher's
_CARRIERS = (
    "Marketing_Airline_Network", "Operated_or_Branded_Code_Share_Partners",
    "DOT_ID_Marketing_Airline", "IATA_Code_Marketing_Airline", "Flight_Number_Marketing_Airline",
    _SCHEDULED, f"DOT_ID_{_SCHEDULED}", f"IATA_Code_{_SCHEDULED}", f"Flight_Num_{_SCHEDULED}",
    "Operating_Airline ", "DOT_ID_Operating_Airline", "IATA_Code_Operating_Airline",
    "Tail_Number", "Flight_Number_Operating_Airline",
)  # fmt: skip
_WEB_CARRIERS = (
    "MKT_UNIQUE_CARRIER", "BRANDED_CODE_SHARE", "MKT_CARRIER_AIRLINE_ID", "MKT_CARRIER",
    "MKT_CARRIER_FL_NUM", "SCH_OP_UNIQUE_CARRIER", "SCH_OP_CARRIER_AIRLINE_ID", "SCH_OP_CARRIER",
    "SCH_OP_CARRIER_FL_NUM", "OP_UNIQUE_CARRIER", "OP_CARRIER_AIRLINE_ID", "OP_CARRIER",
    "TAIL_NUM", "OP_CARRIER_FL_NUM",
)  # fmt: skip
_DAY, _OTHERS = bts_files.COLUMNS[:6], bts_files.COLUMNS[11:]
COLUMNS = (*_DAY, *_CARRIERS, *_OTHERS, "Duplicate")

# by the last digit of a flight's number: the brand and the operator
_SOLD_AND_FLOWN = {
    0: ("AA", "AA"), 1: ("DL", "DL"), 2: ("UA", "UA"), 3: ("B6", "B6"), 4: ("UA", "OO"),
    5: ("DL", "OO"), 6: ("AA", "MQ"), 7: ("AA", "PT"), 8: ("UA", "G7"), 9: ("DL", "9E"),
}  # fmt: skip
DO_NOT_REPORT = {"PT", "G7", "9E"}
_DOT_IDS = {
    "AA": 19805, "DL": 19790, "UA": 19977, "B6": 20409, "OO": 20304, "MQ": 20398, "PT": 20427,
    "G7": 20500, "9E": 20363,
}  # fmt: skip


@dataclass
class Filed:
    """A flight as it was filed in the two tables; a row that is None was not filed there."""

    brand: str
    operator: str
    reporting: dict[str, Any] | None
    marketing: dict[str, Any] | None


@dataclass
class Month:
    """The rows of both tables, and the flights that they are made from."""

    filed: list[Filed] = field(default_factory=list)
    repeated: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reporting(self) -> list[dict[str, Any]]:
        """The rows of the table by reporting carrier."""
        return [one.reporting for one in self.filed if one.reporting]

    @property
    def marketing(self) -> list[dict[str, Any]]:
        """The rows of the table by marketing carrier, those that repeat a flight last."""
        return [*(one.marketing for one in self.filed if one.marketing), *self.repeated]

    def counted(self) -> dict[str, Counter[str]]:
        """Count, for each operator, what the two tables hold and where they differ."""
        found: dict[str, Counter[str]] = {}
        for one in self.filed:
            counts = found.setdefault(one.operator, Counter())
            counts.update(_counted(one))
        return found

    def by_brand(self) -> dict[str, Counter[str]]:
        """Count, for each brand, the flights of the table by marketing carrier."""
        found: dict[str, Counter[str]] = {}
        for one in self.filed:
            if row := one.marketing:
                found.setdefault(one.brand, Counter()).update(
                    {
                        "scheduled": 1,
                        "partner": one.operator != one.brand,
                        "cancelled": row["Cancelled"],
                        "diverted": row["Diverted"],
                        "on_time": _is_on_time(row),
                        "late": _is_late(row),
                    }
                )
        return found


def made_up_month(month: str, count: int) -> Month:
    """Return a month of both tables."""
    made = Month()
    for number, journey in enumerate(journeys(month, count), start=1):
        brand, operator = _SOLD_AND_FLOWN[number % 10]
        reported = _row(number, journey)
        sold = dict(reported)
        if number % 50 == 13:  # the carrier's two filings disagree on what was cancelled, ...
            reported = journey.cancelled("A")
        elif number % 50 == 26:
            sold = journey.cancelled("A")
        elif number % 70 == 30:  # ... and on how late a flight was
            reported = replace(journey, delay=0, gained=0).completed()
            sold = replace(journey, delay=40, gained=0).completed()
        sold = _marketing(sold, brand, operator)
        if number % 40 == 4:
            sold["Flight_Number_Marketing_Airline"] = str(3000 + journey.number)
        if number % 90 == 45:
            sold |= {_SCHEDULED: "9E", f"Flight_Num_{_SCHEDULED}": "17"}
        if number == 12:
            made.repeated.append({**sold, "Duplicate": "Y"})
        is_unreported = operator in DO_NOT_REPORT or number % 60 == 42
        made.filed.append(
            Filed(
                brand,
                operator,
                reporting=None if is_unreported else _reporting(reported, operator),
                marketing=None if number % 60 == 21 else sold,
            )
        )
    return made


def month_name(month: str) -> str:
    """Return the name of a month's archive."""
    return (
        "On_Time_Marketing_Carrier_On_Time_Performance_Beginning_January_2018_"
        f"{_unpadded(month)}.zip"
    )


def month_zip(
    month: str, rows: Iterable[Flight], extra_members: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the archive of a month."""
    member = (
        "On_Time_Marketing_Carrier_On_Time_Performance_(Beginning_January_2018)_"
        f"{_unpadded(month)}.csv"
    )
    members = {member: month_table(rows), "readme.html": bts_files.README}
    return packed({**members, **(extra_members or {})})


def month_table(rows: Iterable[Flight]) -> bytes:
    """Return the table of a month."""
    return bts_files.month_table(rows, columns=COLUMNS)


def web_form_table(rows: Iterable[Flight]) -> bytes:
    """Return the table as the web form of this table writes it: its own names for all columns."""
    header, rest = bts_files.web_form_table(rows, columns=COLUMNS).split(b"\n", 1)
    renamed = dict(zip(_CARRIERS, _WEB_CARRIERS, strict=True)) | {"Duplicate": "DUP"}
    fields = [renamed.get(name, name) for name in header.decode().split(",")]
    return ",".join(fields).encode() + b"\n" + rest


def _row(number: int, journey: Journey) -> dict[str, Any]:
    if number % 50 == 7:
        return journey.cancelled()
    if number % 50 == 33:
        return journey.diverted("ORD", reaches_destination=number % 100 == 33)
    return journey.completed()


def _reporting(row: dict[str, Any], operator: str) -> dict[str, Any]:
    return {
        **row,
        "Reporting_Airline": operator,
        "DOT_ID_Reporting_Airline": _DOT_IDS[operator],
        "IATA_CODE_Reporting_Airline": operator,
    }


def _marketing(row: dict[str, Any], brand: str, operator: str) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _REPORTING}
    number = row["Flight_Number_Reporting_Airline"]
    return {
        **kept,
        "Marketing_Airline_Network": brand,
        "Operated_or_Branded_Code_Share_Partners": (
            brand if brand == operator else f"{brand}_CODESHARE"
        ),
        "DOT_ID_Marketing_Airline": _DOT_IDS[brand],
        "IATA_Code_Marketing_Airline": brand,
        "Flight_Number_Marketing_Airline": number,
        "Operating_Airline ": operator,
        "DOT_ID_Operating_Airline": _DOT_IDS[operator],
        "IATA_Code_Operating_Airline": operator,
        "Tail_Number": row["Tail_Number"],
        "Flight_Number_Operating_Airline": number,
        "Duplicate": "N",
    }


def _counted(one: Filed) -> dict[str, int]:
    in_both = one.reporting is not None and one.marketing is not None
    counts = {
        "reporting": one.reporting is not None,
        "marketing": one.marketing is not None,
        "in_both": in_both,
        "reporting_only": one.marketing is None,
        "marketing_only": one.reporting is None,
    }
    for table, row in (("reporting", one.reporting), ("marketing", one.marketing)):
        if row:
            counts[f"{table}_cancelled"] = row["Cancelled"]
            counts[f"{table}_late"] = _is_late(row)
    if one.reporting and one.marketing:
        counts["other_cancellation"] = one.reporting["Cancelled"] != one.marketing["Cancelled"]
        counts["other_lateness"] = _is_late(one.reporting) != _is_late(one.marketing)
    if one.marketing:
        sold, flown = (
            one.marketing[f"Flight_Number_{who}_Airline"] for who in ("Marketing", "Operating")
        )
        counts["other_number"] = sold != flown
    return {name: int(value) for name, value in counts.items()}


def _is_late(row: Mapping[str, Any]) -> bool:
    return bool(row.get("ArrDel15", 0))


def _is_on_time(row: Mapping[str, Any]) -> bool:
    return not row["Cancelled"] and not row["Diverted"] and row["ArrDelay"] < 15


def _unpadded(month: str) -> str:
    year, number = month.split("-")
    return f"{year}_{int(number)}"
