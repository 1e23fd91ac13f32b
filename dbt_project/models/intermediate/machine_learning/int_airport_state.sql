-- The state of traffic at an airport: a row for each instant at which it changed, valid until the
-- next one. Each flight counts from one instant to another; the events that begin or end its time
-- in a count have happened by then, or are in the schedule. Each month has the instants that its
-- flights and those shortly before and after it make, so near its ends it repeats its neighbours.

{% set days = days_of_hours(var('recent_hours') + var('prediction_hours_before_departure')) %}
{% set days_before, days_after = var('state_departure_delay_days') + days, 1 + days %}
{{ config(
    materialized='monthly',
    latest_months=var('feature_months'),
    days_read={'fct_flights': [days_before, days_after]},
) }}

{% set counts = [
    'recent_due_flights',
    'recent_overdue_flights',
    'upcoming_flights',
    'recent_departed_flights',
    'recent_late_departed_flights',
    'recent_net_departure_delay_minutes',
] %}
{% set recent_minutes = 60 * var('recent_hours') %}

with scheduled as (
    select * from {{ ref('int_flight_events') }}
    where {{ months_built('flight_month', days_before, days_after) }}
),

{{ flights_around_months('scheduled', days_before, days_after) }},

spans as (
    select
        nearby_flights.*,
        {{ add_minutes('scheduled_departure_at_utc', -recent_minutes) }} as upcoming_at_utc,
        {{ add_minutes('scheduled_departure_at_utc', recent_minutes) }} as no_longer_due_at_utc,
        {{ add_minutes('departure_at_utc', recent_minutes) }} as no_longer_departed_at_utc,
        -- a flight that leaves early was never overdue
        case
            when coalesce(departure_at_utc > scheduled_departure_at_utc, true) then 1
            else 0
        end as overdue_flights,
        case when is_late_departure then 1 else 0 end as late_departed_flights
    from nearby_flights
),

flights as (
    select
        spans.*,
        least(coalesce(departure_at_utc, no_longer_due_at_utc), no_longer_due_at_utc)
            as no_longer_overdue_at_utc
    from spans
),

{{ running_state_ctes(
    events_cte='flights',
    entities=['built_month', 'origin_airport_code'],
    counts=counts,
    known=['last_departure_at_utc'],
    changes=[
        {'at': 'upcoming_at_utc', 'adds': {'upcoming_flights': '1'}},
        {
            'at': 'scheduled_departure_at_utc',
            'adds': {
                'upcoming_flights': '-1',
                'recent_due_flights': '1',
                'recent_overdue_flights': 'overdue_flights',
            },
        },
        {'at': 'no_longer_due_at_utc', 'adds': {'recent_due_flights': '-1'}},
        {'at': 'no_longer_overdue_at_utc', 'adds': {'recent_overdue_flights': '-overdue_flights'}},
        {
            'at': 'departure_at_utc',
            'adds': {
                'recent_departed_flights': '1',
                'recent_late_departed_flights': 'late_departed_flights',
                'recent_net_departure_delay_minutes': 'departure_delay_minutes',
            },
            'known': {'last_departure_at_utc': 'departure_at_utc'},
        },
        {
            'at': 'no_longer_departed_at_utc',
            'adds': {
                'recent_departed_flights': '-1',
                'recent_late_departed_flights': '-late_departed_flights',
                'recent_net_departure_delay_minutes': '-departure_delay_minutes',
            },
        },
    ],
) }}

select
    origin_airport_code,
    {% for count in counts -%}
    {{ count }},
    {% endfor -%}
    built_month as flight_month,
    changed_at_utc,
    last_departure_at_utc
from states
