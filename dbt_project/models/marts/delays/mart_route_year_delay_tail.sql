{{ config(
    materialized='monthly',
    months_written='year',
    month_column='make_date(flight_year, 1, 1)',
    days_read={'fct_flights': [0, days_of_years()]},
) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_of_years_built('flight_month') }}
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
