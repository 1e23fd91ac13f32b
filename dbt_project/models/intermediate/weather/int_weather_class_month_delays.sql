-- The flights of each month by origin and class of weather, with the number of each delay: what
-- the punctuality of a class over all time adds up from.

{% set group = ['origin_airport_code', 'weather_measure', 'weather_class'] %}
{{ config(materialized='monthly', tracked_elsewhere=['int_weather_observations']) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

classes as (
    select * from {{ ref('int_weather_classes') }}
),

observation_classes as (
    select * from {{ ref('int_weather_observation_classes') }}
    where {{ months_built('observed_month', 1, 1) }}
),

measures as (
    select distinct weather_measure from classes
),

-- every flight once for each measure, so that each measure counts all flights
classed_flights as (
    select
        flights.*,
        measures.weather_measure,
        coalesce(observation_classes.weather_class, 'not_observed') as weather_class
    from flights
    cross join measures
    left join observation_classes
        on
            flights.hour_weather_observation_id = observation_classes.weather_observation_id
            and measures.weather_measure = observation_classes.weather_measure
),

{{ month_delays_cte('classed_flights', group) }}

select * from month_delays
