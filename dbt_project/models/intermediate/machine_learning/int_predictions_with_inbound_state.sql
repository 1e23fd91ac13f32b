-- Joins each prediction to what was known of its carrier's flights to its origin.

with predictions as (
    select * from {{ ref('int_predictions_with_airport_state') }}
),

states as (
    select
        flight_month,
        carrier_origin_code,
        inbound_due_flights,
        inbound_departed_flights,
        inbound_late_departed_flights,
        inbound_net_departure_delay_minutes,
        inbound_arrived_flights,
        inbound_late_arrived_flights,
        inbound_net_arrival_delay_minutes,
        changed_at_utc,
        last_departure_at_utc as last_inbound_departure_at_utc,
        last_arrival_at_utc as last_inbound_arrival_at_utc
    from {{ ref('int_inbound_state') }}
)

{{ as_of_join(
    left_cte='predictions',
    right_cte='states',
    entities=['flight_month', 'carrier_origin_code'],
    left_time='prediction_at_utc',
    right_time='changed_at_utc',
    left_columns=['*'],
    right_columns=[
        'inbound_due_flights',
        'inbound_departed_flights',
        'inbound_late_departed_flights',
        'inbound_net_departure_delay_minutes',
        'inbound_arrived_flights',
        'inbound_late_arrived_flights',
        'inbound_net_arrival_delay_minutes',
        'last_inbound_departure_at_utc',
        'last_inbound_arrival_at_utc',
    ],
) }}
