{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

flight_outcomes as (
    select * from {{ ref('int_flight_outcomes') }}
),

counted as (
    select
        carrier_code,
        origin_airport_code,
        flight_month,
        flight_state,
        case when is_cancelled then cancellation_code end as cancellation_code,
        cast(count(*) as integer) as flights,
        cast(
            count(*) filter (where is_cancelled and departure_delay_minutes is not null) as integer
        ) as cancelled_after_leaving_gate_flights,
        cast(count(*) filter (where is_cancelled_after_takeoff) as integer)
            as cancelled_after_takeoff_flights
    from flights
    group by
        carrier_code,
        origin_airport_code,
        flight_month,
        flight_state,
        case when is_cancelled then cancellation_code end
)

select
    counted.carrier_code,
    counted.origin_airport_code,
    flight_outcomes.flight_outcome,
    flight_outcomes.cancellation_code,
    flight_outcomes.outcome_meaning,
    counted.flights,
    counted.cancelled_after_leaving_gate_flights,
    counted.cancelled_after_takeoff_flights,
    flight_outcomes.is_cancelled,
    counted.flight_month
from counted
inner join flight_outcomes
    on
        counted.flight_state = flight_outcomes.flight_state
        and coalesce(counted.cancellation_code, 'none')
        = coalesce(flight_outcomes.cancellation_code, 'none')
