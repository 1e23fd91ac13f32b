"""BTS Reporting Carrier On-Time Performance: every domestic flight of the large US carriers.

Published by the Bureau of Transportation Statistics (US government work, public domain): monthly
since October 1987, six to eight weeks after the end of the month. Months can be re-issued later.
Each month is one zip archive with one CSV file and a readme.html. The CSV file is latin-1 with LF
line ends, 109 quoted column names and a trailing comma; strings are quoted, a missing string is
`""`, and a missing number is empty.

Oddities: five columns were renamed in 2018; numbers are `61.00` in most vintages and `61` in some;
clock times can be `2400`; carrier codes can look like `PA (1)`; tail numbers of 2001 contain bytes
that are not text. A wrong URL returns status 200 with an HTML page. Tail numbers and wheels times
are reported since January 1995, causes of delay since June 2003, gate returns and diversions since
October 2008.

January 1990 to December 1999 cannot be downloaded as monthly files. The web form for the same table
offers them, zipped or plain, with the columns that the user ticked, under other names, and with
dates such as `1/31/1995 12:00:00 AM`. These files are accepted too, under any name: their months
are read from the dates.

Reference: https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGJ
"""

from __future__ import annotations

from ingest.declarations import Source
from ingest.publishers import Publisher
from ingest.sources.bts import offers
from ingest.sources.bts.columns import ON_TIME, day_of_flight_date, month_of_flight_date
from ingest.sources.bts.content import check, extent, files, keep, table_sha256
from ingest.sources.bts.folder import recognise
from ingest.sources.bts.offers import request

__all__ = ["ON_TIME", "SOURCE", "day_of_flight_date", "month_of_flight_date", "request"]

SOURCE = Source(
    name=offers.SOURCE_NAME,
    title="Reporting Carrier On-Time Performance, monthly since 1987",
    licence="US government work, public domain",
    tables=(ON_TIME,),
    publisher=Publisher(
        suffix=".zip",
        check=check,
        keep=keep,
        files=files,
        recognise=recognise,
        content_sha256=table_sha256,
        extent=extent,
        ordered=offers.ordered,
        rehearsed=offers.rehearsed,
        refreshed=offers.refreshed,
        compared=offers.compared,
        by_month=True,
        newest_month=offers.newest_month,
        series="flights",
    ),
)
