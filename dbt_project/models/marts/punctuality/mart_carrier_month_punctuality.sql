with flights as (
    select * from {{ ref('fct_flights') }}
)

select
    carrier_code,
    flight_month,
    {{ punctuality_measures() }}
from flights
group by carrier_code, flight_month
