-- What is known of the flights of each source from each origin in each month: the one reading of
-- the flights from which the coverage adds up.

{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    source_system,
    origin_airport_code,
    cast(count(*) as integer) as scheduled_flights,
    cast(count(*) filter (where is_cancelled) as integer) as cancelled_flights,
    cast(count(carrier_delay_minutes) as integer) as flights_with_delay_causes,
    cast(count(taxi_out_minutes) as integer) as flights_with_taxi_times,
    flight_month
from flights
group by source_system, origin_airport_code, flight_month
