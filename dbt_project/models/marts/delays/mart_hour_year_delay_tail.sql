with flights as (
    select * from {{ ref('fct_flights') }}
),

thresholds as (
    select * from {{ ref('int_delay_thresholds') }}
),

{{ delay_tail_ctes(['scheduled_departure_hour']) }}

select
    scheduled_departure_hour,
    flight_year,
    at_least_minutes,
    {{ delay_tail_measures() }}
from tails
