-- The airports of the reference that flight records can name: those with an IATA code.

{{ config(materialized='table') }}

select
    airport_code,
    icao_code,
    airport_name,
    city_name,
    state_name,
    country_code,
    time_zone_name,
    elevation_feet,
    latitude_degrees,
    longitude_degrees
from {{ ref('stg_airportsdata__airports') }}
where airport_code is not null
