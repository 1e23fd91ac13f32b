"""The table of weather reports, and how a report shows that its time is in UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from ingest.declarations import Agreement, Column, Kind, Table
from ingest.months import first_day, following, month_of

_NUMBER, _DEPTH = Kind.NUMBER, Kind.DEPTH

# day, hour and minute in UTC, as each report states them
_METAR_TIME = re.compile(r"\b(\d{2})(\d{2})(\d{2})Z\b")
# The clocks of zones differ from UTC by an hour or more; those of two records of one report do not.
_TOLERANCE_MINUTES = 30
# more than any zone differs from UTC
_ANOTHER_DAY = 2 * 24 * 60


def _optional(name: str, kind: Kind = Kind.TEXT) -> Column:
    return Column(name, kind, required=False)


def window(month: str) -> tuple[date, date]:
    """Return the first day of a month's request and the day after its last one."""
    day = timedelta(days=1)
    return first_day(month) - day, first_day(following(month)) + day


@lru_cache(maxsize=1 << 16)
def months_of_report(valid: str) -> tuple[str, ...]:
    """Return the months whose request covers a time: its own, and at either end the next one."""
    day = date.fromisoformat(valid[:10])
    near = {month_of(day + timedelta(days=days)) for days in (-1, 0, 1)}
    return tuple(sorted(near))


def minutes_from_metar(valid: str, metar: str) -> int | None:
    """Return how many minutes `valid` is after the time in its METAR, or None if it has none.

    A METAR gives the day of the month only: of the months around, that which is nearest is meant.
    """
    found = _METAR_TIME.search(metar)
    return _minutes_between(valid, *map(int, found.groups())) if found else None


def up_to_time(metar: str) -> str:
    """Return the beginning of a METAR, up to its time; `METAR` or `SPECI` may come first."""
    found = _METAR_TIME.search(metar)
    return " ".join(metar[: found.end()].split()) if found else ""


@lru_cache(maxsize=1 << 18)
def _minutes_between(valid: str, day: int, hour: int, minute: int) -> int | None:
    try:
        at = datetime.fromisoformat(valid)
        near = [at + timedelta(days=days) for days in range(-2, 3)]
        times = [one.replace(hour=hour, minute=minute) for one in near if one.day == day]
    except ValueError:  # one of them is not a time
        return None
    differences = [int((at - time).total_seconds() // 60) for time in times]
    return min(differences, key=abs, default=_ANOTHER_DAY)


def disagreement(valid: str | None, metar: str | None) -> str:
    """Return why the time of a report cannot be in UTC, or an empty text."""
    minutes = minutes_from_metar(valid, metar) if valid and metar else None
    if minutes is None or agrees(minutes):
        return ""
    return "not the time in UTC that its METAR states"


def agrees(minutes: int) -> bool:
    """Return whether a time that is so many minutes after that of its METAR can be in UTC."""
    return abs(minutes) <= _TOLERANCE_MINUTES


def _advice(_header: Sequence[str], missing: Sequence[Column]) -> str:
    """Say what to choose at the service, so that the missing columns come."""
    return (
        f"{', '.join(column.name for column in missing)}: choose all data, or these as well, and "
        "download the file again."
    )


REPORTS = Table(
    "reports",
    (
        Column("station", in_each_row=True),
        Column("valid", Kind.MINUTE, in_each_row=True),
        Column("tmpf", _NUMBER),
        Column("dwpf", _NUMBER),
        Column("relh", _NUMBER),
        Column("drct", _NUMBER),
        Column("sknt", _NUMBER),
        Column("p01i", _DEPTH),
        _optional("alti", _NUMBER),
        Column("mslp", _NUMBER),
        Column("vsby", _NUMBER),
        Column("gust", _NUMBER),
        *(_optional(f"skyc{layer}") for layer in range(1, 5)),
        *(_optional(f"skyl{layer}", _NUMBER) for layer in range(1, 5)),
        _optional("wxcodes"),
        *(_optional(f"ice_accretion_{hours}hr", _DEPTH) for hours in (1, 3, 6)),
        _optional("peak_wind_gust", _NUMBER),
        _optional("peak_wind_drct", _NUMBER),
        _optional("peak_wind_time"),
        _optional("feel", _NUMBER),
        Column("metar"),
        _optional("snowdepth", _DEPTH),
    ),
    null_markers=("", "M", "null", "   "),
    quoted=False,
    comment="#",
    partition_column="valid",
    partitions_of=months_of_report,
    agreement=Agreement(("valid", "metar"), disagreement),
    advice=_advice,
)
