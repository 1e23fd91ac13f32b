-- A change is the row's own value less that of the month that it is compared with, and the previous
-- month is the last one before in which the carrier completed a flight of the route.
with blocks as (

    select * from {{ ref('mart_route_month_block_times') }}

),

lasts as (

    select
        blocks.origin_airport_code,
        blocks.destination_airport_code,
        blocks.carrier_code,
        blocks.flight_month,
        max(earlier.flight_month) as last_month
    from blocks
    left join blocks as earlier
        on
            blocks.origin_airport_code = earlier.origin_airport_code
            and blocks.destination_airport_code = earlier.destination_airport_code
            and blocks.carrier_code = earlier.carrier_code
            and blocks.flight_month > earlier.flight_month
            and earlier.timed_flights > 0
    where blocks.timed_flights > 0
    group by
        blocks.origin_airport_code,
        blocks.destination_airport_code,
        blocks.carrier_code,
        blocks.flight_month

)

select
    blocks.*,
    lasts.last_month
from blocks
left join lasts
    on
        blocks.origin_airport_code = lasts.origin_airport_code
        and blocks.destination_airport_code = lasts.destination_airport_code
        and blocks.carrier_code = lasts.carrier_code
        and blocks.flight_month = lasts.flight_month
left join blocks as previous
    on
        blocks.origin_airport_code = previous.origin_airport_code
        and blocks.destination_airport_code = previous.destination_airport_code
        and blocks.carrier_code = previous.carrier_code
        and lasts.last_month = previous.flight_month
left join blocks as year_earlier
    on
        blocks.origin_airport_code = year_earlier.origin_airport_code
        and blocks.destination_airport_code = year_earlier.destination_airport_code
        and blocks.carrier_code = year_earlier.carrier_code
        and year(blocks.flight_month) = year(year_earlier.flight_month) + 1
        and month(blocks.flight_month) = month(year_earlier.flight_month)
where
    blocks.previous_flight_month is distinct from lasts.last_month
    {% for name, measure in [
        ('scheduled_block', 'scheduled_block_minutes_p50'),
        ('actual_block', 'actual_block_minutes_p50'),
        ('unimpeded_block', 'unimpeded_block_minutes'),
        ('padding', 'padding_minutes'),
    ] -%}
    or blocks.{{ name }}_change_minutes
    is distinct from round(blocks.{{ measure }} - previous.{{ measure }}, 2)
    or blocks.{{ name }}_year_change_minutes
    is distinct from round(blocks.{{ measure }} - year_earlier.{{ measure }}, 2)
    {% endfor %}
