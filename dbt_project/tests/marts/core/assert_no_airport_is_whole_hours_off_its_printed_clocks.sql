-- No airport has a month in which most scheduled arrivals of BTS, rebuilt from the departure and
-- the scheduled minutes, miss the printed clock by the same whole hours: its time zone, or that of
-- most airports that it is reached from, would be wrong. Single wrong readings are the carriers'.
with flights as (

    select
        destination_airport_code,
        flight_month,
        scheduled_arrival_at_local,
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where
        source_system = 'bts'
        and scheduled_arrival_at_local is not null
        and {{ in_untested_months('fct_flights') }}

),

printed as (

    select
        scheduled_arrival_clock_minutes,
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where
        source_system = 'bts'
        and scheduled_elapsed_minutes is not null
        and {{ in_untested_months('fct_flights', 'source_month', is_text=true) }}

),

readings as (

    select
        flights.destination_airport_code,
        flights.flight_month,
        flights.scheduled_arrival_at_local,
        {{ nearest_clock(
            'flights.scheduled_arrival_at_local', 'printed.scheduled_arrival_clock_minutes'
        ) }} as printed_at_local
    from flights
    inner join printed
        on
            flights._source_file = printed._source_file
            and flights._source_row_number = printed._source_row_number
    where printed.scheduled_arrival_clock_minutes is not null

),

differences as (

    select
        destination_airport_code,
        flight_month,
        {{ minutes_between('printed_at_local', 'scheduled_arrival_at_local') }} as minutes_off,
        count(*) as arrivals
    from readings
    group by all

),

judged as (

    select
        differences.*,
        sum(arrivals) over (partition by destination_airport_code, flight_month) as all_arrivals
    from differences

)

select
    destination_airport_code,
    flight_month,
    minutes_off,
    arrivals,
    all_arrivals
from judged
where
    minutes_off <> 0
    and minutes_off % 60 = 0
    and arrivals >= {{ var('clock_check_min_arrivals') }}
    and 2 * arrivals > all_arrivals
