-- One row per month with a label of the aircraft that flew in it: all periods of their tail
-- numbers, since any of them can change which period a flight joins to.

{{ config(materialized='monthly') }}

with days as (
    select * from {{ ref('int_aircraft_days') }}
    where {{ months_built('flight_month') }}
),

periods as (
    select
        aircraft_key,
        tail_number,
        manufacture_year,
        seat_count,
        is_plausible_airliner,
        valid_from_date,
        valid_to_date,
        joined_from_date
    from {{ ref('int_aircraft') }}
),

tail_numbers as (
    select distinct
        flight_month,
        tail_number
    from days
)

select
    {{ rows_fingerprint('periods') }} as content_label,
    tail_numbers.flight_month
from tail_numbers
inner join periods
    on tail_numbers.tail_number = periods.tail_number
group by tail_numbers.flight_month
