{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_marketing_flights') }}
    where {{ months_built('flight_month') }}
)

select
    marketing_carrier_code,
    operating_carrier_code,
    flight_month,
    {{ punctuality_measures() }}
from flights
group by marketing_carrier_code, operating_carrier_code, flight_month
