-- Every arrival of nycflights13, scheduled or actual, is rebuilt as an instant at which the clock
-- at the airport shows the printed reading, and there is an instant exactly where there is one.
-- Only a reading that no clock showed, in the hour that a night in March leaves out, is shown as
-- the reading as far after the jump.
with flights as (

    select
        flight_id,
        source_system,
        destination_airport_code,
        scheduled_arrival_at_local,
        arrival_at_local,
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where source_system = 'nycflights13'

),

printed as (

    select
        source_system,
        scheduled_arrival_clock_minutes,
        arrival_clock_minutes,
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where source_system = 'nycflights13'

),

readings as (

    select
        flights.flight_id,
        airports.time_zone_name,
        flights.scheduled_arrival_at_local,
        {{ nearest_clock(
            'flights.scheduled_arrival_at_local', 'printed.scheduled_arrival_clock_minutes'
        ) }} as printed_scheduled_arrival_at_local,
        flights.arrival_at_local,
        {{ nearest_clock('flights.arrival_at_local', 'printed.arrival_clock_minutes') }}
            as printed_arrival_at_local,
        printed.arrival_clock_minutes
    from flights
    left join printed
        on
            flights.source_system = printed.source_system
            and flights._source_file = printed._source_file
            and flights._source_row_number = printed._source_row_number
    left join {{ ref('dim_airports') }} as airports
        on flights.destination_airport_code = airports.airport_code

),

-- zone conversions are slow, and nearly all readings agree without one
different as (

    select
        flight_id,
        time_zone_name,
        scheduled_arrival_at_local,
        printed_scheduled_arrival_at_local,
        arrival_at_local,
        printed_arrival_at_local,
        scheduled_arrival_at_local is null
        or (arrival_at_local is null) <> (arrival_clock_minutes is null) as is_incomplete
    from readings
    where
        scheduled_arrival_at_local is null
        or scheduled_arrival_at_local <> printed_scheduled_arrival_at_local
        or (arrival_at_local is null) <> (arrival_clock_minutes is null)
        or arrival_at_local <> printed_arrival_at_local

),

instants as (

    select
        flight_id,
        time_zone_name,
        scheduled_arrival_at_local,
        printed_scheduled_arrival_at_local,
        {{ local_to_utc('printed_scheduled_arrival_at_local', 'time_zone_name') }}
            as printed_scheduled_arrival_at_utc,
        arrival_at_local,
        printed_arrival_at_local,
        {{ local_to_utc('printed_arrival_at_local', 'time_zone_name') }}
            as printed_arrival_at_utc,
        is_incomplete
    from different

)

-- into the zone and back moves a reading only if no clock there showed it
select
    flight_id,
    time_zone_name,
    scheduled_arrival_at_local,
    printed_scheduled_arrival_at_local,
    arrival_at_local,
    printed_arrival_at_local
from instants
where
    is_incomplete
    or scheduled_arrival_at_local
    <> {{ utc_to_local('printed_scheduled_arrival_at_utc', 'time_zone_name') }}
    or arrival_at_local <> {{ utc_to_local('printed_arrival_at_utc', 'time_zone_name') }}
