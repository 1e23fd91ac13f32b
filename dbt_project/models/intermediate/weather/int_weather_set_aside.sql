-- The excluded rows of weather, each with its reason, so that they can be counted.

with weather_reports as (
    select * from {{ ref('int_weather_reports') }}
),

hours as (
    select
        source_system,
        airport_code,
        set_aside_reason,
        observed_hour_at_utc,
        _source_file,
        _source_row_number
    from {{ ref('int_weather_hours') }}
),

reports as (
    select
        'weather' as source_system,
        airport_code,
        set_aside_reason,
        observed_hour_at_utc,
        _source_file,
        _source_row_number
    from weather_reports
),

unioned as (
    select * from reports
    union all
    select * from hours
)

select *
from unioned
where set_aside_reason is not null
