-- No flight lacks, or knows instead of an older one, a later observation of its origin that was
-- known at its scheduled departure and is not too old.
with flights as (

    select
        flight_id,
        origin_airport_code,
        known_weather_observation_id,
        scheduled_departure_at_utc
    from {{ ref('fct_flights') }}
    where {{ in_untested_months('fct_flights') }}

),

observations as (

    select
        weather_observation_id,
        airport_code,
        known_at_utc
    from {{ ref('fct_weather_observations') }}

),

-- what was known later, or so long before that it is too old for each of them, is for no flight
flight_times as (

    select
        {{ add_minutes('min(scheduled_departure_at_utc)', -var('known_weather_max_age_minutes')) }}
            as begin_at_utc,
        max(scheduled_departure_at_utc) as end_at_utc
    from flights

),

-- in the order of time, an observation before the flights of its instant
moments as (

    select
        cast(null as {{ dbt.type_string() }}) as flight_id,
        observations.airport_code,
        1 as order_within_instant,
        observations.known_at_utc as moment_at_utc,
        observations.known_at_utc
    from observations
    inner join flight_times
        on observations.known_at_utc between flight_times.begin_at_utc and flight_times.end_at_utc

    union all

    select
        flight_id,
        origin_airport_code as airport_code,
        2 as order_within_instant,
        scheduled_departure_at_utc as moment_at_utc,
        cast(null as timestamp) as known_at_utc
    from flights
    where scheduled_departure_at_utc is not null

),

last_known as (

    select
        flight_id,
        moment_at_utc,
        max(known_at_utc) over (
            partition by airport_code
            order by moment_at_utc, order_within_instant, flight_id
            rows between unbounded preceding and current row
        ) as last_known_at_utc
    from moments

),

expected as (

    select
        flight_id,
        case
            when
                {{ minutes_between('last_known_at_utc', 'moment_at_utc') }}
                <= {{ var('known_weather_max_age_minutes') }}
                then last_known_at_utc
        end as expected_known_at_utc
    from last_known
    where flight_id is not null

)

select
    flights.flight_id,
    flights.scheduled_departure_at_utc,
    expected.expected_known_at_utc,
    observations.known_at_utc
from flights
left join expected on flights.flight_id = expected.flight_id
left join observations
    on flights.known_weather_observation_id = observations.weather_observation_id
where observations.known_at_utc is distinct from expected.expected_known_at_utc
