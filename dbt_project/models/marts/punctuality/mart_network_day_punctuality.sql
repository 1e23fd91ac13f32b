with flights as (
    select * from {{ ref('fct_flights') }}
)

select
    flight_date,
    {{ punctuality_measures() }}
from flights
group by flight_date
