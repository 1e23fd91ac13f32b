-- question: Which flights kept their passengers waiting on the ground for hours?
-- answer: The embedded data cannot answer this: they have no taxi times, gate returns or
-- diversion landings, so the table has no rows. With BTS months loaded, this query lists the
-- longest waits.
-- chart: none
select
    flight_date,
    carrier_code || ' ' || flight_number as flight,
    origin_airport_code || '-' || destination_airport_code as route,
    airport_code as waited_at,
    event_kind,
    ground_minutes,
    is_over_domestic_limit
from marts.mart_tarmac_delays
order by
    ground_minutes desc,
    flight_date,
    flight
limit 15;
