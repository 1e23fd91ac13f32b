{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

airport_flights as (
    select
        flights.*,
        origin_airport_code as airport_code,
        'origin' as airport_role
    from flights
    union all
    select
        flights.*,
        destination_airport_code as airport_code,
        'destination' as airport_role
    from flights
)

select
    airport_code,
    airport_role,
    flight_month,
    {{ punctuality_measures() }}
from airport_flights
group by airport_code, airport_role, flight_month
