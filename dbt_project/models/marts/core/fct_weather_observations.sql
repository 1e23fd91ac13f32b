{{ config(
    materialized='monthly',
    month_column="cast(date_trunc('month', observed_hour_at_utc) as date)",
) }}

with observations as (
    select * from {{ ref('int_weather_observations') }}
    where {{ months_built('observed_month') }}
)

select
    weather_observation_id,
    airport_code,
    source_system,
    temperature_fahrenheit,
    dew_point_fahrenheit,
    relative_humidity_percent,
    wind_direction_degrees,
    wind_speed_miles_per_hour,
    wind_gust_miles_per_hour,
    precipitation_inches,
    pressure_millibars,
    visibility_miles,
    has_trace_precipitation,
    is_routine_report,
    observed_hour_at_utc,
    observed_hour_at_local,
    observed_at_utc,
    known_at_utc,
    _source_file,
    _source_row_number
from observations
