-- Not the sum of the days: the quantiles of a month can be computed only from its flights.

with flights as (
    select * from {{ ref('fct_flights') }}
)

select
    flight_month,
    {{ punctuality_measures() }}
from flights
group by flight_month
