-- Joins each prediction to the state of its carrier's departures from its origin.

with predictions as (
    select * from {{ ref('int_prediction_times') }}
),

states as (
    select
        flight_month,
        carrier_origin_code,
        carrier_recent_overdue_flights,
        carrier_recent_departed_flights,
        carrier_recent_late_departed_flights,
        carrier_recent_net_departure_delay_minutes,
        changed_at_utc,
        carrier_recent_known_at_utc
    from {{ ref('int_carrier_state') }}
)

{{ as_of_join(
    left_cte='predictions',
    right_cte='states',
    entities=['flight_month', 'carrier_origin_code'],
    left_time='prediction_at_utc',
    right_time='changed_at_utc',
    left_columns=['*'],
    right_columns=[
        'carrier_recent_overdue_flights',
        'carrier_recent_departed_flights',
        'carrier_recent_late_departed_flights',
        'carrier_recent_net_departure_delay_minutes',
        'carrier_recent_known_at_utc',
    ],
) }}
