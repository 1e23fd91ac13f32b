"""The monthly tables of flights that the BTS publishes on TranStats, and what they have in common.

Each month is one zip archive with one CSV file and a readme.html, in one folder of the publisher.
The CSV file is latin-1 with LF line ends, quoted column names and a trailing comma; strings are
quoted, a missing string is `""`, and a missing number is empty. Months can be re-issued later. A
wrong URL returns status 200 with an HTML page. Clock times can be `2400`.

A web form offers the same tables, zipped or plain, with the columns that the user ticked, under
other names, and with dates such as `1/31/1995 12:00:00 AM`. These files are accepted too, under any
name: their months are read from the dates.
"""

from __future__ import annotations

from functools import partial

from ingest.declarations import Source
from ingest.publishers import Publisher
from ingest.sources.transtats import content, folder, offers
from ingest.sources.transtats.series import Series


def monthly_source(series: Series, title: str, *, is_named_only: bool = False) -> Source:
    """Return the source of a monthly table of flights."""
    return Source(
        name=series.source_name,
        title=title,
        licence="US government work, public domain",
        tables=(series.table,),
        publisher=Publisher(
            suffix=".zip",
            check=partial(content.check, series),
            keep=partial(content.keep, series),
            files=partial(content.files, series),
            recognise=partial(folder.recognise, series),
            content_sha256=partial(content.table_sha256, series),
            extent=partial(content.extent, series),
            ordered=partial(offers.ordered, series),
            rehearsed=partial(offers.rehearsed, series),
            refreshed=partial(offers.refreshed, series),
            compared=partial(offers.compared, series),
            by_month=True,
            months_offered=partial(offers.months_offered, series),
            is_named_only=is_named_only,
            series=series.flights_are,
        ),
    )
