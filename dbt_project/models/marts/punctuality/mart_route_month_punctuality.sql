{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    origin_airport_code,
    destination_airport_code,
    flight_month,
    {{ punctuality_measures() }}
from flights
group by origin_airport_code, destination_airport_code, flight_month
