-- The type and year of each aircraft that flew in a month: what the flights of the month are
-- classed by, so that a change of other aircraft does not concern it.

{{ config(materialized='monthly', group='punctuality') }}

with flights as (
    select
        aircraft_key,
        flight_month
    from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

aircraft as (
    select
        aircraft_key,
        manufacturer_name,
        model_name,
        manufacture_year
    from {{ ref('dim_aircraft') }}
),

flown as (
    select distinct
        aircraft_key,
        flight_month
    from flights
)

select
    flown.aircraft_key,
    aircraft.manufacturer_name,
    aircraft.model_name,
    aircraft.manufacture_year,
    flown.flight_month
from flown
inner join aircraft
    on flown.aircraft_key = aircraft.aircraft_key
