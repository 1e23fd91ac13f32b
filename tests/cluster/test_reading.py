"""What a query reads when each CTE is computed anew for each of its readers."""

from __future__ import annotations

import sqlglot

from tests.cluster.reading import tables_read

STEPS = """
with flights as (select * from marts.flights),
one as (select flights.* from flights inner join seeds.codes on flights.code = codes.code),
two as (select * from one union all select * from one)
select * from two where flight_id not in (select flight_id from one)
"""


def test_each_reader_of_a_cte_reads_what_it_is_made_of() -> None:
    assert tables_read(sqlglot.parse_one(STEPS, read="spark")) == {
        "marts.flights": 3,
        "seeds.codes": 3,
    }


def test_several_rows_of_a_row_are_one_reading() -> None:
    query = "select made.kind from marts.flights lateral view inline(array(struct(1))) made as kind"
    assert tables_read(sqlglot.parse_one(query, read="spark")) == {"marts.flights": 1}
