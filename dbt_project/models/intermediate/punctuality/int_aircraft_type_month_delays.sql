-- The flights of each month by type and age of the aircraft, with the number of each delay: what
-- the punctuality of all time adds up from.

{% set class_years = var('aircraft_age_class_years') %}
{% set oldest_years = var('aircraft_oldest_class_years') %}
{% set group = ['aircraft_match_quality', 'manufacturer_name', 'model_name', 'age_from_years'] %}
{{ config(
    materialized='monthly',
    group='punctuality',
    content_read=['int_aircraft_month_types'],
) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

aircraft as (
    select * from {{ ref('int_aircraft_month_types') }}
    where {{ months_built('flight_month') }}
),

-- an aircraft without a credible match has no key, and so no type or year
matched_flights as (
    select
        flights.*,
        coalesce(aircraft.manufacturer_name, 'not known') as manufacturer_name,
        coalesce(aircraft.model_name, 'not known') as model_name,
        year(flights.flight_date) - aircraft.manufacture_year as age_years
    from flights
    left join aircraft
        on
            flights.flight_month = aircraft.flight_month
            and flights.aircraft_key = aircraft.aircraft_key
),

classed_flights as (
    select
        matched_flights.*,
        case
            when age_years >= {{ oldest_years }} then {{ oldest_years }}
            else cast(floor(age_years / {{ class_years }}) as integer) * {{ class_years }}
        end as age_from_years
    from matched_flights
),

{{ month_delays_cte('classed_flights', group) }}

select * from month_delays
