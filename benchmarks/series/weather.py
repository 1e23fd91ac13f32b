"""Write a month of weather reports, in the exact format of the publisher's service.

Every airport sends a routine report each hour and some special ones; a value is sometimes missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.series.airports import Airport, airports
from benchmarks.series.calendar import days_between
from benchmarks.series.size import Size
from ingest.sources.weather import REPORTS, window

_SPECIAL, _MISSING, _RAINY_DAY = 0.1, 0.01, 0.25
_LAYERS = ("FEW", "SCT", "BKN", "OVC")
_DAYS_A_YEAR, _WARMEST_DAY, _WARMEST_HOUR = 365.25, 200, 21  # the hour is of UTC


def write_weather(folder: Path, month: str, size: Size) -> Path:
    """Write the reports of a month and return the path."""
    path = folder / f"weather-{month}.csv"
    stations = sorted(airports(size.airports), key=lambda airport: airport.station)
    with path.open("w", encoding="ascii", newline="") as opened:
        opened.write(",".join(column.name for column in REPORTS.columns) + "\n")
        for airport in stations:
            opened.writelines(_reports(airport, month))
    return path


def _reports(airport: Airport, month: str) -> Iterator[str]:
    """Yield the reports of a station, a day before and after the month included."""
    usual_minute = 51 + Random(airport.station).randrange(8)  # noqa: S311 - made-up data
    for day in days_between(*window(month)):
        # a day has the same weather in each month's file that covers it
        chance = Random(f"{airport.station} {day}")  # noqa: S311 - made-up data
        rainy = chance.random() < _RAINY_DAY
        warmth = chance.gauss(0, 6)
        pressure = chance.gauss(30, 0.2)
        for hour in range(24):
            if chance.random() < _SPECIAL:
                special = chance.randrange(usual_minute)
                yield _report(chance, airport, day, hour, special, rainy, warmth, pressure)
            yield _report(chance, airport, day, hour, usual_minute, rainy, warmth, pressure)


def _report(  # noqa: PLR0913, PLR0917 - a report has that many sides
    chance: Random,
    airport: Airport,
    day: date,
    hour: int,
    minute: int,
    rainy: bool,
    warmth: float,
    pressure: float,
) -> str:
    season = math.cos(2 * math.pi * (day.timetuple().tm_yday - _WARMEST_DAY) / _DAYS_A_YEAR)
    daytime = math.cos(2 * math.pi * (hour - _WARMEST_HOUR) / 24)
    celsius = round(28 - 0.5 * abs(airport.latitude - 20) + 11 * season + 5 * daytime + warmth)
    dew = celsius - (chance.randrange(3) if rainy else chance.randrange(3, 16))
    fahrenheit, dew_fahrenheit = celsius * 9 / 5 + 32, dew * 9 / 5 + 32
    humidity = 100 * math.exp(17.6 * dew / (243 + dew) - 17.6 * celsius / (243 + celsius))
    direction, knots = chance.randrange(36) * 10, chance.randrange(24)
    gust = knots + chance.randrange(8, 20) if knots > 14 else None  # noqa: PLR2004
    falls = rainy and chance.random() < 0.4  # noqa: PLR2004 - less than half of a rainy day
    kind = ("SN" if celsius <= 0 else "RA") if falls else ""
    sight = chance.choice((1, 2, 3, 5)) if falls else 10
    bases = sorted(chance.sample(range(5, 120), chance.randrange(3)))
    layers = [(chance.choice(_LAYERS), base * 100) for base in bases]
    covers = [*(cover for cover, _ in layers), *["CLR"][len(layers) :]]
    covers += ["M"] * (4 - len(covers))
    heights = [f"{base:.2f}" for _, base in layers] + ["M"] * (4 - len(layers))
    missing = chance.random() < _MISSING
    warm = "M" if missing else f"{fahrenheit:.2f}"
    sky = " ".join(f"{cover}{base // 100:03}" for cover, base in layers) or "CLR"
    gusting = f"G{gust:02}" if gust else ""
    text = (
        f"K{airport.station} {day.day:02}{hour:02}{minute:02}Z AUTO "
        f"{direction:03}{knots:02}{gusting}KT {sight}SM {kind and '-' + kind + ' '}{sky} "
        f"{_metar(celsius)}/{_metar(dew)} A{pressure * 100:.0f} RMK AO2 "
        f"SLP{int(pressure * 1000) % 1000:03}"
    )
    return (
        f"{airport.station},{day} {hour:02}:{minute:02},{warm},{dew_fahrenheit:.2f},"
        f"{min(humidity, 100):.2f},{direction}.00,{knots}.00,"
        f"{chance.randrange(1, 30) / 100 if falls else 0:.2f},{pressure:.2f},"
        f"{pressure * 33.86:.2f},{sight}.00,{f'{gust}.00' if gust else 'M'},"
        f"{','.join(covers)},{','.join(heights)},{'-' + kind if kind else 'M'},M,M,M,M,M,M,"
        f"{warm},{text},M\n"
    )


def _metar(celsius: int) -> str:
    return f"{'M' if celsius < 0 else ''}{abs(celsius):02}"
