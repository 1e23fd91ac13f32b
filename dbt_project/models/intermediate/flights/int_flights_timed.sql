-- Computes the instants of each flight in UTC from clock readings, delays and time zones. The day
-- of an arrival follows from the duration of the flight, never from comparing two clocks.

with flights as (
    select * from {{ ref('int_flights_identified') }}
    where set_aside_reason is null
),

airports as (
    select
        airport_code,
        time_zone_name
    from {{ ref('int_airports') }}
),

located as (
    select
        flights.*,
        origins.time_zone_name as origin_time_zone_name,
        destinations.time_zone_name as destination_time_zone_name,
        {{ add_minutes(
            'cast(flights.flight_date as timestamp)', 'flights.scheduled_departure_clock_minutes'
        ) }} as scheduled_departure_at_local
    from flights
    left join airports as origins
        on flights.origin_airport_code = origins.airport_code
    left join airports as destinations
        on flights.destination_airport_code = destinations.airport_code
),

departed as (
    select
        located.*,
        coalesce(
            {{ add_minutes(
                'scheduled_departure_hour_at_utc', 'scheduled_departure_clock_minutes % 60'
            ) }},
            {{ local_to_utc('scheduled_departure_at_local', 'origin_time_zone_name') }}
        ) as scheduled_departure_at_utc,
        coalesce(
            scheduled_elapsed_minutes,
            {{ var('expected_block_fixed_minutes') }}
            + cast(distance_miles / {{ var('expected_block_miles_per_minute') }} as integer)
        ) as expected_block_minutes
    from located
),

estimated as (
    select
        departed.*,
        {{ add_minutes('scheduled_departure_at_utc', 'departure_delay_minutes') }}
            as departure_at_utc,
        {{ utc_to_local(
            add_minutes('scheduled_departure_at_utc', 'expected_block_minutes'),
            'destination_time_zone_name'
        ) }} as expected_arrival_at_local,
        -- if only a clock reading gives the arrival, it cannot be before this
        case
            when coalesce(arrival_delay_minutes, actual_elapsed_minutes) is null
                then {{ utc_to_local(
                    add_minutes(
                        'scheduled_departure_at_utc',
                        "departure_delay_minutes + cast(floor(distance_miles / "
                        ~ var('fastest_miles_per_minute') ~ ") as integer)"
                    ),
                    'destination_time_zone_name'
                ) }}
        end as earliest_arrival_at_local
    from departed
),

clocked as (
    select
        estimated.*,
        {{ utc_to_local('departure_at_utc', 'origin_time_zone_name') }} as departure_at_local,
        {{ nearest_clock('expected_arrival_at_local', 'scheduled_arrival_clock_minutes') }}
            as scheduled_arrival_clock_at_local,
        {{ first_clock_after('earliest_arrival_at_local', 'arrival_clock_minutes') }}
            as arrival_clock_at_local
    from estimated
),

scheduled as (
    select
        clocked.*,
        -- it precedes the final departure, if there is one, and is not long before schedule
        coalesce(
            {{ last_clock_before('departure_at_local', 'first_departure_clock_minutes') }},
            {{ first_clock_after(
                add_minutes(
                    'scheduled_departure_at_local',
                    '-' ~ var('earliest_departure_lead_minutes')
                ),
                'first_departure_clock_minutes'
            ) }}
        ) as first_departure_clock_at_local,
        coalesce(
            {{ add_minutes('scheduled_departure_at_utc', 'scheduled_elapsed_minutes') }},
            {{ local_to_utc('scheduled_arrival_clock_at_local', 'destination_time_zone_name') }}
        ) as scheduled_arrival_at_utc
    from clocked
),

arrived as (
    select
        scheduled.*,
        {{ local_to_utc('first_departure_clock_at_local', 'origin_time_zone_name') }}
            as first_departure_at_utc,
        coalesce(
            {{ add_minutes('departure_at_utc', 'actual_elapsed_minutes') }},
            {{ add_minutes('scheduled_arrival_at_utc', 'arrival_delay_minutes') }},
            {{ local_to_utc('arrival_clock_at_local', 'destination_time_zone_name') }}
        ) as arrival_at_utc
    from scheduled
),

taxied as (
    select
        arrived.*,
        {{ add_minutes('departure_at_utc', 'taxi_out_minutes') }} as wheels_off_at_utc,
        {{ add_minutes('arrival_at_utc', '-taxi_in_minutes') }} as wheels_on_at_utc
    from arrived
)

select
    taxied.*,
    {{ utc_to_local('first_departure_at_utc', 'origin_time_zone_name') }}
        as first_departure_at_local,
    {{ utc_to_local('wheels_off_at_utc', 'origin_time_zone_name') }} as wheels_off_at_local,
    {{ utc_to_local('wheels_on_at_utc', 'destination_time_zone_name') }} as wheels_on_at_local,
    {{ utc_to_local('scheduled_arrival_at_utc', 'destination_time_zone_name') }}
        as scheduled_arrival_at_local,
    {{ utc_to_local('arrival_at_utc', 'destination_time_zone_name') }} as arrival_at_local,
    {{ minutes_between('scheduled_departure_at_utc', 'scheduled_arrival_at_utc') }}
        as scheduled_block_minutes,
    {{ minutes_between('departure_at_utc', 'arrival_at_utc') }} as actual_block_minutes
from taxied
