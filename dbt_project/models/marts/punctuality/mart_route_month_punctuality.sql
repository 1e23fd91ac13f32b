with flights as (
    select * from {{ ref('fct_flights') }}
)

select
    origin_airport_code,
    destination_airport_code,
    flight_month,
    {{ punctuality_measures() }}
from flights
group by origin_airport_code, destination_airport_code, flight_month
