"""A small year: the embedded flights of seven small carriers, with the whole year's weather.

It has every month, all three airports and both nights on which clocks change, and it is built and
tested in a quarter of the time. Tests of what must be equal, refused or found use it; one case of
each kind uses the full year.
"""

from __future__ import annotations

import duckdb

from tests.commands import Project

CARRIERS = ("AS", "F9", "FL", "HA", "OO", "VX", "YV")


def load(project: Project) -> None:
    """Load the embedded data, and keep the flights of the small carriers alone.

    The receipt counts what is kept, as if the file had never held anything else.
    """
    project.ingest("load")
    with duckdb.connect(str(project.warehouse_file)) as connection:
        connection.execute(f"delete from raw_nycflights13.flights where carrier not in {CARRIERS}")
        connection.execute(
            """
            update operations.load_receipts set rows_in_file = flights, rows_loaded = flights
            from (select count(*) as flights from raw_nycflights13.flights)
            where table_name = 'flights' and rows_quarantined = 0
            """
        )
