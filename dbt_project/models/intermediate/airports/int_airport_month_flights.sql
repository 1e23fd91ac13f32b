-- How many flights each airport has in each month: the one reading of all flights that the models
-- of airports and of missing weather share.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

with flights as (
    select
        origin_airport_code,
        destination_airport_code,
        flight_month
    from {{ ref('int_flights_unioned') }}
    where {{ months_built('flight_month') }} and {{ partitions_built('source_month') }}
),

ends as (
    select
        origin_airport_code as airport_code,
        1 as departures,
        0 as arrivals,
        flight_month
    from flights

    union all

    select
        destination_airport_code as airport_code,
        0 as departures,
        1 as arrivals,
        flight_month
    from flights
)

select
    airport_code,
    cast(sum(departures) as integer) as scheduled_departures,
    cast(sum(arrivals) as integer) as scheduled_arrivals,
    flight_month
from ends
where airport_code is not null
group by airport_code, flight_month
