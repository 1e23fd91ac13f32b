-- Not the sum of the days: the quantiles of a month can be computed only from its flights.

{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    flight_month,
    {{ punctuality_measures() }}
from flights
group by flight_month
