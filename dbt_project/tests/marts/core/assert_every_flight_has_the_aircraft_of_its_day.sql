-- A flight's aircraft has its tail number, is valid on its date or, where the match says so, is the
-- first known after it, and can have flown it. Before the first snapshot that shows the tail
-- number, the first known after a flight can follow aircraft that had given the number up.
with former_registrations as (

    select
        tail_number,
        valid_from_date
    from {{ ref('int_former_registrations') }}

),

aircraft as (

    select
        aircraft.aircraft_key,
        aircraft.tail_number,
        aircraft.manufacture_year,
        aircraft.is_plausible_airliner,
        aircraft.valid_from_date,
        aircraft.valid_to_date,
        max(aircraft.valid_to_date) over earlier as previous_valid_to_date,
        count(case when former_registrations.tail_number is null then 1 end) over earlier
            as earlier_periods_in_snapshots
    from {{ ref('dim_aircraft') }} as aircraft
    left join former_registrations
        on
            aircraft.tail_number = former_registrations.tail_number
            and aircraft.valid_from_date = former_registrations.valid_from_date
    window
        earlier as (
            partition by aircraft.tail_number
            order by aircraft.valid_from_date
            rows between unbounded preceding and 1 preceding
        )

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
                        and aircraft.earlier_periods_in_snapshots = 0
                        and coalesce(flights.flight_date > aircraft.previous_valid_to_date, true)
            end
        ),
        true
    )
