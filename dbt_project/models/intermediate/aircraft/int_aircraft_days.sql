-- The tail numbers that each carrier reported on each day: what the models of aircraft and fleets
-- need of the flights.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

with flights as (
    select * from {{ ref('int_flights_unioned') }}
    where {{ months_built('flight_month') }} and {{ partitions_built('source_month') }}
)

select distinct
    carrier_code,
    tail_number,
    flight_date,
    flight_month
from flights
where tail_number is not null
