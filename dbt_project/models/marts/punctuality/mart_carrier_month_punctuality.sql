{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    carrier_code,
    flight_month,
    {{ punctuality_measures() }}
from flights
group by carrier_code, flight_month
