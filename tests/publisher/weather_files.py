"""Answer queries for weather as the ASOS/METAR service does, with its oddities.

A report is a dict under the service's column names; names that it does not contain are missing
values. `answer` takes a query as the local publisher passes it on; `reports` makes up the reports.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

Report = Mapping[str, Any]

COLUMNS = (
    "station", "valid", "tmpf", "dwpf", "relh", "drct", "sknt", "p01i", "alti", "mslp", "vsby",
    "gust", "skyc1", "skyc2", "skyc3", "skyc4", "skyl1", "skyl2", "skyl3", "skyl4", "wxcodes",
    "ice_accretion_1hr", "ice_accretion_3hr", "ice_accretion_6hr", "peak_wind_gust",
    "peak_wind_drct", "peak_wind_time", "feel", "metar", "snowdepth",
)  # fmt: skip

NO_STATION = b"Please select at least one station from the list of available stations.\n"
BUSY_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>IEM :: Server over capacity</title></head>\n"
    b"<body><p>Too many requests are being processed, please try again.</p></body></html>\n"
)

TRACE = 0.0001
_ROUTINE_MINUTE = 51
_SPECIAL_MINUTES = (7, 23, 38)


def answer(query: Mapping[str, list[str]], silent: Collection[str] = ()) -> bytes:
    """Answer a query as the service does; silent stations have no reports.

    The answer does not include the last day of the range. It names a station without the leading K
    of its ICAO code, whether or not the query had it.
    """
    if not query.get("station"):
        return NO_STATION
    begin, end = (_day(query, which) for which in (1, 2))
    stations = sorted({_told(station) for station in query["station"]} - set(silent))
    columns = (report for station in stations for report in reports(station, begin, end))
    missing = query.get("missing", ["M"])[0]
    return table(columns, missing="" if missing == "empty" else missing)


def reports(station: str, begin: date | datetime, end: date | datetime) -> Iterator[dict[str, Any]]:
    """Yield the reports of a station from `begin` until before `end`, in order.

    The same call yields the same reports. Each hour has a routine report at minute 51, and
    sometimes specials before it. Rain accumulates from report to report until the routine one.
    """
    first, last = _instant(begin), _instant(end)
    hour = first.replace(minute=0)
    while hour < last:
        for report in _hour(station, hour):
            if first <= report["at"] < last:
                yield {name: value for name, value in report.items() if name != "at"}
        hour += timedelta(hours=1)


def table(rows: Iterable[Report], missing: str = "M") -> bytes:
    """Write reports as the service does with `format=onlycomma`."""
    lines = [",".join(COLUMNS)]
    lines += [",".join(_written(name, row.get(name), missing) for name in COLUMNS) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _hour(station: str, hour: datetime) -> Iterator[dict[str, Any]]:
    """Yield the specials and the routine report of the hour that ends at minute 51."""
    chance = Random(f"{station} {hour:%Y-%m-%d %H}")  # noqa: S311 - the same each time, on purpose
    routine = hour.replace(minute=_ROUTINE_MINUTE)
    raining = chance.random() < 0.2
    rain = 0.0
    minutes = [minute for minute in _SPECIAL_MINUTES if raining and chance.random() < 0.4]
    for minute in [*minutes, _ROUTINE_MINUTE]:
        at = routine.replace(minute=minute)
        rain += chance.choice((0, 0.01, 0.02, 0.05)) if raining else 0
        yield {"at": at, **_report(station, at, chance, rain, is_raining=raining)}


def _report(
    station: str, at: datetime, chance: Random, rain: float, *, is_raining: bool
) -> dict[str, Any]:
    temperature = round(50 - 25 * _winter(at) + chance.uniform(-8, 8), 2)
    wind, gusty = chance.randrange(3, 25), chance.random() < 0.15
    ceiling = chance.choice((800, 2500, 6000, 25000))
    icao = f"K{station}" if len(station) == 3 else station
    columns: dict[str, Any] = {
        "station": station,
        "valid": f"{at:%Y-%m-%d %H:%M}",
        "tmpf": temperature,
        "dwpf": round(temperature - chance.uniform(1, 15), 2),
        "relh": round(chance.uniform(30, 99), 2),
        "drct": chance.randrange(10, 370, 10),
        "sknt": wind,
        "p01i": TRACE if is_raining and not rain else round(rain, 2),
        "alti": round(chance.uniform(29.5, 30.5), 2),
        "mslp": round(chance.uniform(1000, 1030), 2),
        "vsby": 2.5 if is_raining else 10,
        "skyc1": "OVC" if is_raining else "FEW",
        "skyl1": ceiling,
        "feel": temperature,
    }
    if is_raining:
        columns["wxcodes"] = "-RA"
    if gusty:
        columns |= {
            "gust": wind + 12,
            "peak_wind_gust": wind + 14,
            "peak_wind_drct": columns["drct"],
            "peak_wind_time": f"{at - timedelta(minutes=5):%Y-%m-%d %H:%M}",
        }
    columns["metar"] = (
        f"{icao} {at:%d%H%M}Z {columns['drct']:03}{wind:02}KT "
        f"{'2 1/2SM -RA' if is_raining else '10SM'} {columns['skyc1']}{ceiling // 100:03} "
        f"A{columns['alti'] * 100:.0f} RMK AO2"
    )
    return columns


def _winter(at: datetime) -> float:
    """Return how close to midwinter the day is, from 0 to 1."""
    return abs(at.month - 7) / 6


def _written(name: str, value: Any, missing: str) -> str:
    if value is None:
        return "   " if name.startswith("skyc") and missing == "M" else missing
    if isinstance(value, str):
        return value
    return f"{value:.4f}" if value == TRACE else f"{value:.2f}"


def _day(query: Mapping[str, list[str]], which: int) -> date:
    return date(*(int(query[f"{part}{which}"][0]) for part in ("year", "month", "day")))


def _told(station: str) -> str:
    return station[1:] if len(station) == 4 and station.startswith("K") else station


def _instant(day: date | datetime) -> datetime:
    if isinstance(day, datetime):
        return day
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
