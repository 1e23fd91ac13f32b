-- Not the days added up: the quantiles of a month follow from its flights alone.

with flights as (
    select * from {{ ref('fct_flights') }}
)

select
    flight_month,
    {{ punctuality_measures() }}
from flights
group by flight_month
