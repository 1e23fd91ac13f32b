-- A flight's aircraft has its tail number, is valid on its date or, where the match says so, is the
-- earliest known after it, and can have flown it.
with aircraft as (

    select
        aircraft_key,
        tail_number,
        manufacture_year,
        is_plausible_airliner,
        valid_from_date,
        valid_to_date,
        min(valid_from_date) over (partition by tail_number) as earliest_valid_from_date
    from {{ ref('dim_aircraft') }}

)

select
    flights.flight_id,
    flights.aircraft_key,
    flights.aircraft_match_quality
from {{ ref('fct_flights') }} as flights
left join aircraft
    on flights.aircraft_key = aircraft.aircraft_key
where
    flights.aircraft_key is not null
    and coalesce(
        not (
            flights.tail_number = aircraft.tail_number
            and aircraft.is_plausible_airliner
            and coalesce(aircraft.manufacture_year <= year(flights.flight_date), true)
            and flights.flight_date <= coalesce(aircraft.valid_to_date, flights.flight_date)
            and case flights.aircraft_match_quality
                when 'matched' then flights.flight_date >= aircraft.valid_from_date
                when 'matched_earliest_known'
                    then
                        flights.flight_date < aircraft.valid_from_date
                        and aircraft.valid_from_date = aircraft.earliest_valid_from_date
            end
        ),
        true
    )
