-- Joins each prediction to the state of traffic at its origin.

with predictions as (
    select * from {{ ref('int_prediction_times') }}
),

states as (
    select * from {{ ref('int_airport_state') }}
)

{{ as_of_join(
    left_cte='predictions',
    right_cte='states',
    entities=['flight_month', 'origin_airport_code'],
    left_time='prediction_at_utc',
    right_time='changed_at_utc',
    left_columns=['*'],
    right_columns=[
        'recent_due_flights',
        'recent_departed_flights',
        'recent_late_departed_flights',
        'recent_net_departure_delay_minutes',
        'recent_overdue_flights',
        'upcoming_flights',
        'last_departure_at_utc',
    ],
) }}
