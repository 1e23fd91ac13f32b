-- The tail number of a flight that is not in the registry has no aircraft that is valid on its
-- date, and none that became known only later.
with flights as (

    select
        flight_id,
        tail_number,
        flight_date
    from {{ ref('fct_flights') }}
    where aircraft_match_quality = 'not_in_registry'

),

aircraft as (

    select
        aircraft_key,
        tail_number,
        valid_from_date,
        valid_to_date,
        min(valid_from_date) over (partition by tail_number) as earliest_valid_from_date
    from {{ ref('dim_aircraft') }}

)

select
    flights.flight_id,
    flights.tail_number,
    aircraft.aircraft_key
from flights
inner join aircraft
    on flights.tail_number = aircraft.tail_number
where
    flights.flight_date < aircraft.earliest_valid_from_date
    or flights.flight_date between aircraft.valid_from_date
    and coalesce(aircraft.valid_to_date, flights.flight_date)
