"""BTS Reporting Carrier On-Time Performance: every domestic flight of the large US carriers.

Published by the Bureau of Transportation Statistics (US government work, public domain): monthly
since October 1987, six to eight weeks after the end of the month, in the format of
`ingest.sources.transtats`, with 109 named columns.

Oddities: five columns were renamed in 2018; numbers are `61.00` in most vintages and `61` in some;
carrier codes can look like `PA (1)`; tail numbers of 2001 contain bytes that are not text. Tail
numbers and wheels times are reported since January 1995, causes of delay since June 2003, gate
returns and diversions since October 2008.

January 1990 to December 1999 are not published as monthly files: the web form builds them.

Reference: https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGJ
"""

from __future__ import annotations

from functools import partial

from ingest.declarations import Kind
from ingest.months import FIRST
from ingest.sources.transtats import monthly_source, offers
from ingest.sources.transtats.columns import (
    day_of_flight_date,
    flights_table,
    known,
    month_of_flight_date,
    needed,
)
from ingest.sources.transtats.series import Series

__all__ = ["ON_TIME", "SERIES", "SOURCE", "day_of_flight_date", "month_of_flight_date", "request"]

# Each name is followed by the one used before 2018, and those of the web form.
ON_TIME = flights_table(
    carriers=(
        needed("Reporting_Airline", "UniqueCarrier", "OP_UNIQUE_CARRIER", "UNIQUE_CARRIER"),
        known(
            "DOT_ID_Reporting_Airline",
            "AirlineID",
            "OP_CARRIER_AIRLINE_ID",
            "AIRLINE_ID",
            kind=Kind.INTEGER,
        ),
        known("IATA_CODE_Reporting_Airline", "Carrier", "OP_CARRIER", "CARRIER"),
        known("Tail_Number", "TailNum", "TAIL_NUM"),
        needed("Flight_Number_Reporting_Airline", "FlightNum", "OP_CARRIER_FL_NUM", "FL_NUM"),
    )
)

SERIES = Series(
    source_name="bts",
    table=ON_TIME,
    stem="On_Time_Reporting_Carrier_On_Time_Performance_1987_present",
    former_stems=("On_Time_On_Time_Performance",),
    first=FIRST,
    carrier="Reporting_Airline",
    web_member="T_ONTIME_REPORTING.csv",
    # the table by marketing carrier names the operating carrier as this one names its carrier
    foreign=frozenset({"marketing_airline_network", "mkt_unique_carrier"}),
    form="https://www.transtats.bts.gov/DL_SelectFields.aspx?gnoyr_VQ=FGJ&QO_fu146_anzr=b0-gvzr",
    form_only=("1990-01", "1999-12"),
)

SOURCE = monthly_source(SERIES, "Reporting Carrier On-Time Performance, monthly since 1987")

request = partial(offers.request, SERIES)
