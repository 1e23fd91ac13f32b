"""Hourly weather at airports: ASOS/METAR reports from the Iowa Environmental Mesonet.

The service returns plain comma-separated text with one line per report: routine reports (about ten
minutes before the hour) and special reports between them. Times are UTC; rows are ordered by
station and time. A missing value is `M` or `null`; a missing sky condition is three spaces. A trace
of rain is 0.0001 inches. There is no quoting: a double quote is an ordinary character.

People who ask the service themselves choose otherwise: lines of `#DEBUG` before the header, `T` for
a trace, some of the columns, several months, five-minute reports (marked `MADISHF`), and times of a
local zone. The last are refused: `valid` must agree with the time in the report itself.

Oddities: the end of the requested range is exclusive; station codes in the contiguous states lose
their K (KJFK is JFK, but PHNL stays); `p01i` accumulates within the hour, so that only the routine
report has the hour's rain; errors arrive as text or HTML with status 200. The service accepts one
request per second from an address and returns 503 when it is busy.

Reference: https://mesonet.agron.iastate.edu/request/download.phtml
"""

from __future__ import annotations

from ingest.declarations import Source
from ingest.publishers import Publisher
from ingest.sources import airportsdata, bts
from ingest.sources.weather import requests
from ingest.sources.weather.columns import REPORTS, window
from ingest.sources.weather.content import check, extent, files, keep
from ingest.sources.weather.folder import recognise
from ingest.sources.weather.requests import request, station_of, stations_of

__all__ = ["REPORTS", "SOURCE", "request", "station_of", "stations_of", "window"]

SOURCE = Source(
    name=requests.SOURCE_NAME,
    title="ASOS/METAR weather reports at airports (Iowa Environmental Mesonet)",
    licence="US government observations, public domain; collected by Iowa State University",
    tables=(REPORTS,),
    publisher=Publisher(
        suffix=".csv",
        check=check,
        keep=keep,
        files=files,
        recognise=recognise,
        extent=extent,
        ordered=requests.ordered,
        rehearsed=requests.rehearsed,
        refreshed=requests.refreshed,
        compared=requests.compared,
        by_month=True,
        reads=(airportsdata.SOURCE.name, bts.SOURCE.name),
        seconds_between_requests=1.0,
    ),
)
