{{ config(
    materialized='monthly',
    month_column="cast(date_trunc('month', flight_date) as date)",
) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
)

select
    flight_date,
    {{ punctuality_measures() }}
from flights
group by flight_date
