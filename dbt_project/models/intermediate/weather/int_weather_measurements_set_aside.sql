-- The impossible measurements that the marts do not show, so that they can be counted.

with measurements as (
    select * from {{ ref('int_weather_measurements') }}
)

select
    airport_code,
    measurement,
    measured_value,
    observed_hour_at_utc,
    observed_month
from measurements
where not is_plausible
