with flights as (
    select * from {{ ref('fct_flights') }}
),

thresholds as (
    select * from {{ ref('int_delay_thresholds') }}
),

{{ delay_tail_ctes(['origin_airport_code', 'destination_airport_code']) }}

select
    origin_airport_code,
    destination_airport_code,
    flight_year,
    at_least_minutes,
    {{ delay_tail_measures() }}
from tails
