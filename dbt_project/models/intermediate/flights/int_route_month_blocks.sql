-- The block times of each route, carrier and month, before they are compared with other months.

{{ config(materialized='monthly', group='operations') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

timed as (
    select
        origin_airport_code,
        destination_airport_code,
        carrier_code,
        flight_month,
        is_completed,
        case
            when is_completed and actual_block_minutes is not null then scheduled_block_minutes
        end as scheduled_minutes,
        case
            when is_completed and scheduled_block_minutes is not null then actual_block_minutes
        end as actual_minutes
    from flights
)

select
    origin_airport_code,
    destination_airport_code,
    carrier_code,
    cast(count(*) as integer) as scheduled_flights,
    cast(count(*) filter (where is_completed) as integer) as completed_flights,
    cast(count(actual_minutes) as integer) as timed_flights,
    cast(coalesce(sum(scheduled_minutes), 0) as bigint) as total_scheduled_block_minutes,
    cast(coalesce(sum(actual_minutes), 0) as bigint) as total_actual_block_minutes,
    {{ exact_percentile(50, 'scheduled_minutes') }} as scheduled_block_minutes_p50,
    {{ exact_percentile(50, 'actual_minutes') }} as actual_block_minutes_p50,
    {{ exact_percentile(var('unimpeded_block_percent'), 'actual_minutes') }}
        as unimpeded_block_minutes,
    cast(coalesce(sum(greatest(actual_minutes - scheduled_minutes, 0)), 0) as bigint)
        as overrun_minutes,
    cast(count(*) filter (where actual_minutes > scheduled_minutes) as integer)
        as flights_over_schedule,
    flight_month
from timed
group by origin_airport_code, destination_airport_code, carrier_code, flight_month
