"""BTS Marketing Carrier On-Time Performance: every domestic flight under the brand that sells it.

Published by the Bureau of Transportation Statistics (US government work, public domain): monthly
since January 2018, in the format of `ingest.sources.transtats`, with 119 named columns. Instead of
the carrier that reports, a row has the carrier that sells the flight, the one that was to operate
it, and the one that operates it; the other columns are those of the table by reporting carrier.

It is a separate filing and holds more flights: those that partners operate who do not report
themselves. So the two tables differ in some cancellations and delays of the same flights, and
neither is joined onto the other.

Oddities: the header cell `"Operating_Airline "` ends with a space; a flag `Duplicate` comes last,
`N` in every row of the month that others have described; a row names one brand, not every partner
whose code it carries.

Reference: https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGK
"""

from __future__ import annotations

from ingest.declarations import Kind
from ingest.sources.transtats import monthly_source
from ingest.sources.transtats.columns import flights_table, known, needed, needed_if_known
from ingest.sources.transtats.series import Series

_SCHEDULED = "Originally_Scheduled_Code_Share_Airline"

# Each name is followed by that of the web form.
ON_TIME = flights_table(
    carriers=(
        needed("Marketing_Airline_Network", "MKT_UNIQUE_CARRIER"),
        known("Operated_or_Branded_Code_Share_Partners", "BRANDED_CODE_SHARE"),
        known("DOT_ID_Marketing_Airline", "MKT_CARRIER_AIRLINE_ID", kind=Kind.INTEGER),
        known("IATA_Code_Marketing_Airline", "MKT_CARRIER"),
        needed("Flight_Number_Marketing_Airline", "MKT_CARRIER_FL_NUM"),
        known(_SCHEDULED, "SCH_OP_UNIQUE_CARRIER"),
        known(f"DOT_ID_{_SCHEDULED}", "SCH_OP_CARRIER_AIRLINE_ID", kind=Kind.INTEGER),
        known(f"IATA_Code_{_SCHEDULED}", "SCH_OP_CARRIER"),
        known(f"Flight_Num_{_SCHEDULED}", "SCH_OP_CARRIER_FL_NUM"),
        needed("Operating_Airline", "OP_UNIQUE_CARRIER"),
        known("DOT_ID_Operating_Airline", "OP_CARRIER_AIRLINE_ID", kind=Kind.INTEGER),
        known("IATA_Code_Operating_Airline", "OP_CARRIER"),
        known("Tail_Number", "TAIL_NUM"),
        needed_if_known("Flight_Number_Operating_Airline", "OP_CARRIER_FL_NUM"),
    ),
    others=(known("Duplicate", "DUP"),),
)

SERIES = Series(
    source_name="bts_marketing",
    table=ON_TIME,
    stem="On_Time_Marketing_Carrier_On_Time_Performance_Beginning_January_2018",
    first="2018-01",
    carrier="Operating_Airline",
    web_member="T_ONTIME_MARKETING.csv",
    flights_are="flights by marketing carrier",
    marks=frozenset({"marketing_airline_network", "mkt_unique_carrier"}),
)

SOURCE = monthly_source(
    SERIES, "Marketing Carrier On-Time Performance, monthly since 2018", is_named_only=True
)
