with flights as (
    select * from {{ ref('fct_flights') }}
),

thresholds as (
    select * from {{ ref('int_delay_thresholds') }}
),

{{ delay_tail_ctes(['carrier_code']) }}

select
    carrier_code,
    flight_year,
    at_least_minutes,
    {{ delay_tail_measures() }}
from tails
