-- For each month of weather, and each month of flights that can need some of it, a label that
-- changes with what these observations say, but not with the files that they come from.

{{ config(materialized='monthly', month_column='observed_month') }}

with all_columns as (
    select * from {{ ref('int_weather_observations') }}
    where {{ months_built('observed_month') }}
),

observations as (
    select
        weather_observation_id,
        airport_code,
        {% for measurement in weather_measurements() -%}
        {{ measurement }},
        {% endfor -%}
        observed_month,
        neighbour_month,
        observed_hour_at_utc,
        known_at_utc
    from all_columns
)

select
    {{ rows_fingerprint('observations') }} as content_label,
    observed_month,
    observed_month as flight_month
from observations
group by observed_month

union all

select
    {{ rows_fingerprint('observations') }} as content_label,
    observed_month,
    neighbour_month as flight_month
from observations
where neighbour_month is not null
group by observed_month, neighbour_month
