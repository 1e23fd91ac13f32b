-- The state of the arrivals at an airport: a row for each instant at which it changed, valid until
-- the next one. Trouble at the destination delays the flights that are still to come. Each month
-- has the instants that its flights and those shortly before and after it make.

{% set days = days_of_hours(var('recent_hours') + var('prediction_hours_before_departure')) %}
{% set days_before, days_after = var('state_departure_delay_days') + days, 1 + days %}
{{ config(
    materialized='monthly',
    latest_months=var('feature_months'),
    days_read={'fct_flights': [days_before, days_after]},
) }}

{% set counts = [
    'destination_recent_arrived_flights',
    'destination_recent_late_arrived_flights',
    'destination_recent_net_arrival_delay_minutes',
] %}

with scheduled as (
    select * from {{ ref('int_flight_events') }}
    where {{ months_built('flight_month', days_before, days_after) }}
),

{{ flights_around_months('scheduled', days_before, days_after) }},

arrivals as (
    select
        nearby_flights.*,
        {{ add_minutes('arrival_at_utc', 60 * var('recent_hours')) }} as no_longer_arrived_at_utc,
        case when is_late_arrival then 1 else 0 end as late_arrived_flights
    from nearby_flights
    where arrival_at_utc is not null and arrival_delay_minutes is not null
),

{{ running_state_ctes(
    events_cte='arrivals',
    entities=['built_month', 'destination_airport_code'],
    counts=counts,
    known=['last_arrival_at_utc'],
    changes=[
        {
            'at': 'arrival_at_utc',
            'adds': {
                'destination_recent_arrived_flights': '1',
                'destination_recent_late_arrived_flights': 'late_arrived_flights',
                'destination_recent_net_arrival_delay_minutes': 'arrival_delay_minutes',
            },
            'known': {'last_arrival_at_utc': 'arrival_at_utc'},
        },
        {
            'at': 'no_longer_arrived_at_utc',
            'adds': {
                'destination_recent_arrived_flights': '-1',
                'destination_recent_late_arrived_flights': '-late_arrived_flights',
                'destination_recent_net_arrival_delay_minutes': '-arrival_delay_minutes',
            },
        },
    ],
) }}

select
    destination_airport_code,
    {% for count in counts -%}
    {{ count }},
    {% endfor -%}
    built_month as flight_month,
    changed_at_utc,
    case when destination_recent_arrived_flights > 0 then last_arrival_at_utc end
        as destination_recent_known_at_utc
from states
