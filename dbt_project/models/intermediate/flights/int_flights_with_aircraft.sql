-- Joins each flight to its aircraft as it was on the day, and rates how reliable the match is.

with flights as (
    select * from {{ ref('int_flights_with_carriers') }}
),

aircraft as (
    select
        aircraft_key as registered_aircraft_key,
        tail_number,
        manufacture_year,
        seat_count,
        is_plausible_airliner,
        valid_from_date,
        joined_from_date,
        joined_to_date
    from {{ ref('int_aircraft') }}
),

fleets as (
    select
        carrier_code,
        seat_count,
        is_out_of_fleet,
        flight_month
    from {{ ref('int_carrier_fleets') }}
),

matched as (
    select
        flights.*,
        aircraft.registered_aircraft_key,
        case
            when flights.tail_number is null then 'no_tail_number'
            when aircraft.tail_number is null then 'not_in_registry'
            when not aircraft.is_plausible_airliner then 'implausible'
            -- the number has since been assigned to another aircraft
            when aircraft.manufacture_year > year(flights.flight_date) then 'implausible'
            when fleets.is_out_of_fleet then 'implausible_for_carrier'
            when flights.flight_date < aircraft.valid_from_date then 'matched_earliest_known'
            else 'matched'
        end as aircraft_match_quality
    from flights
    -- an `or` among these would compare every flight with every aircraft
    left join aircraft
        on
            flights.tail_number = aircraft.tail_number
            and flights.flight_date >= aircraft.joined_from_date
            and flights.flight_date <= aircraft.joined_to_date
    left join fleets
        on
            flights.flight_month = fleets.flight_month
            and flights.carrier_code = fleets.carrier_code
            and aircraft.seat_count = fleets.seat_count
)

select
    matched.*,
    case
        when aircraft_match_quality in ('matched', 'matched_earliest_known')
            then registered_aircraft_key
    end as aircraft_key
from matched
