-- Joins each flight to its aircraft, and says how far the join can be trusted.

with flights as (
    select * from {{ ref('int_flights_with_carriers') }}
),

aircraft as (
    select
        tail_number,
        manufacture_year,
        is_plausible_airliner
    from {{ ref('int_aircraft') }}
),

matched as (
    select
        flights.*,
        case
            when flights.tail_number is null then 'no_tail_number'
            when aircraft.tail_number is null then 'not_in_registry'
            when not aircraft.is_plausible_airliner then 'implausible'
            -- the number was given to another aircraft since
            when aircraft.manufacture_year > year(flights.flight_date) then 'implausible'
            else 'matched'
        end as aircraft_match_quality
    from flights
    left join aircraft
        on flights.tail_number = aircraft.tail_number
)

select
    matched.*,
    case when aircraft_match_quality = 'matched' then tail_number end as aircraft_tail_number
from matched
