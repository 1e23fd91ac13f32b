-- The weather of every airport and hour in one format, whichever source it comes from, and which
-- row is kept where both have one. Measurements are as delivered, except for their unit.

{{ config(materialized='monthly', month_column='observed_month') }}

with nycflights13_weather as (
    select * from {{ ref('stg_nycflights13__weather') }}
),

reports as (
    select * from {{ ref('int_weather_reports') }}
    where set_aside_reason is null and {{ months_built('observed_month') }}
),

nycflights13_hours as (
    select
        nycflights13_weather.*,
        cast(date_trunc('month', observed_hour_at_utc) as date) as observed_month
    from nycflights13_weather
),

unioned as (
    select
        'nycflights13' as source_system,
        airport_code,
        temperature_fahrenheit,
        dew_point_fahrenheit,
        relative_humidity_percent,
        wind_direction_degrees,
        wind_speed_miles_per_hour,
        wind_gust_miles_per_hour,
        precipitation_inches,
        pressure_millibars,
        visibility_miles,
        cast(null as boolean) as has_trace_precipitation,
        cast(null as boolean) as is_routine_report,
        observed_hour_at_utc,
        cast(null as timestamp) as observed_at_utc,
        -- a row holds the maxima of its hour, so it is complete only when the hour is over
        observed_hour_at_utc + interval 1 hour as known_at_utc,
        observed_month,
        _source_file,
        _source_row_number,
        _dlt_load_id
    from nycflights13_hours
    where {{ months_built('observed_month') }}

    union all

    select
        'weather' as source_system,
        airport_code,
        temperature_fahrenheit,
        dew_point_fahrenheit,
        relative_humidity_percent,
        wind_direction_degrees,
        {{ knots_to_miles_per_hour('wind_speed_knots') }} as wind_speed_miles_per_hour,
        {{ knots_to_miles_per_hour('wind_gust_knots') }} as wind_gust_miles_per_hour,
        -- it accumulates within the hour: other reports have only part of it
        case when is_routine_report then precipitation_inches end as precipitation_inches,
        pressure_millibars,
        visibility_miles,
        case when is_routine_report then has_trace_precipitation end as has_trace_precipitation,
        is_routine_report,
        observed_hour_at_utc,
        observed_at_utc,
        {{ add_minutes('observed_at_utc', var('weather_report_latency_minutes')) }}
            as known_at_utc,
        observed_month,
        _source_file,
        _source_row_number,
        _dlt_load_id
    from reports
),

ranked as (
    select
        unioned.*,
        row_number() over (
            partition by airport_code, observed_hour_at_utc
            order by
                case source_system when 'weather' then 1 else 2 end,
                _source_file,
                _source_row_number
        ) as row_rank
    from unioned
)

select
    ranked.*,
    case when row_rank > 1 then 'superseded_by_report' end as set_aside_reason
from ranked
