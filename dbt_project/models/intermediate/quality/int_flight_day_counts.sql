-- What is known of the flights of each carrier from each origin on each day: the one reading of the
-- flights from which every series of the quality checks adds up.

{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    carrier_key,
    carrier_code,
    origin_airport_code,
    {% for name, condition in quality_measures().items() -%}
    cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
    {% endfor -%}
    cast(count(*) as integer) as scheduled_flights,
    flight_date,
    flight_month
from flights
group by carrier_key, carrier_code, origin_airport_code, flight_date, flight_month
