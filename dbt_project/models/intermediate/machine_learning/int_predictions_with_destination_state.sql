-- Joins each prediction to the state of the arrivals at its destination.

with predictions as (
    select * from {{ ref('int_predictions_with_carrier_state') }}
),

states as (
    select
        flight_month,
        destination_airport_code,
        destination_recent_arrived_flights,
        destination_recent_late_arrived_flights,
        destination_recent_net_arrival_delay_minutes,
        changed_at_utc,
        destination_recent_known_at_utc
    from {{ ref('int_destination_state') }}
)

{{ as_of_join(
    left_cte='predictions',
    right_cte='states',
    entities=['flight_month', 'destination_airport_code'],
    left_time='prediction_at_utc',
    right_time='changed_at_utc',
    left_columns=['*'],
    right_columns=[
        'destination_recent_arrived_flights',
        'destination_recent_late_arrived_flights',
        'destination_recent_net_arrival_delay_minutes',
        'destination_recent_known_at_utc',
    ],
) }}
