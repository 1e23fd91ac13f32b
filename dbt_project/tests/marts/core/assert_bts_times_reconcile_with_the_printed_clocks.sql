-- The departures and arrivals of BTS are rebuilt as instants at which the clock at the airport
-- shows the printed reading. A warning: carriers have reported these readings since 1987, and a
-- wrong one is theirs.
{{ config(severity='warn') }}

with flights as (

    select
        flight_id,
        source_system,
        origin_airport_code,
        destination_airport_code,
        departure_at_local,
        arrival_at_local,
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where source_system = 'bts'

),

printed as (

    select
        source_system,
        departure_clock_minutes,
        arrival_clock_minutes,
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where source_system = 'bts'

),

readings as (

    select
        flights.flight_id,
        origins.time_zone_name as origin_time_zone_name,
        destinations.time_zone_name as destination_time_zone_name,
        flights.departure_at_local,
        {{ nearest_clock('flights.departure_at_local', 'printed.departure_clock_minutes') }}
            as printed_departure_at_local,
        flights.arrival_at_local,
        {{ nearest_clock('flights.arrival_at_local', 'printed.arrival_clock_minutes') }}
            as printed_arrival_at_local
    from flights
    inner join printed
        on
            flights.source_system = printed.source_system
            and flights._source_file = printed._source_file
            and flights._source_row_number = printed._source_row_number
    inner join {{ ref('dim_airports') }} as origins
        on flights.origin_airport_code = origins.airport_code
    inner join {{ ref('dim_airports') }} as destinations
        on flights.destination_airport_code = destinations.airport_code

),

-- zone conversions are slow, and nearly all readings agree without one
different as (

    select
        flight_id,
        origin_time_zone_name,
        destination_time_zone_name,
        departure_at_local,
        printed_departure_at_local,
        arrival_at_local,
        printed_arrival_at_local
    from readings
    where
        departure_at_local <> printed_departure_at_local
        or arrival_at_local <> printed_arrival_at_local

)

-- into the zone and back moves a reading only if no clock there showed it
select
    flight_id,
    departure_at_local,
    printed_departure_at_local,
    arrival_at_local,
    printed_arrival_at_local
from different
where
    departure_at_local <> {{ utc_to_local(
        local_to_utc('printed_departure_at_local', 'origin_time_zone_name'),
        'origin_time_zone_name'
    ) }}
    or arrival_at_local <> {{ utc_to_local(
        local_to_utc('printed_arrival_at_local', 'destination_time_zone_name'),
        'destination_time_zone_name'
    ) }}
