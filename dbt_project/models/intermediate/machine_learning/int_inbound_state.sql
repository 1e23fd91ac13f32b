-- What was known of the flights with which a carrier comes to an airport: a row for each instant at
-- which it changed, valid until the next one. Which aircraft will fly a flight is not known in
-- time, so the carrier's legs are used instead of the flight's own inbound leg. Each month has the
-- instants that its flights and those shortly before and after it make.

{% set hours = [var('recent_hours'), var('inbound_hours')] | max %}
{% set days = days_of_hours(hours + var('prediction_hours_before_departure')) %}
{% set days_before, days_after = var('state_departure_delay_days') + days, 1 + days %}
{{ config(
    materialized='monthly',
    latest_months=var('feature_months'),
    days_read={'fct_flights': [days_before, days_after]},
) }}

{% set counts = [
    'inbound_due_flights',
    'inbound_departed_flights',
    'inbound_late_departed_flights',
    'inbound_net_departure_delay_minutes',
    'inbound_arrived_flights',
    'inbound_late_arrived_flights',
    'inbound_net_arrival_delay_minutes',
] %}

with scheduled as (
    select * from {{ ref('int_flight_events') }}
    where {{ months_built('flight_month', days_before, days_after) }}
),

{{ flights_around_months('scheduled', days_before, days_after) }},

-- airports from which a carrier also departs
onward as (
    select distinct
        built_month,
        carrier_origin_code
    from nearby_flights
),

legs as (
    select
        nearby_flights.*,
        {{ add_minutes('nearby_flights.scheduled_arrival_at_utc', -60 * var('inbound_hours')) }}
            as due_at_utc,
        case when nearby_flights.is_late_departure then 1 else 0 end as late_departed_flights,
        case when nearby_flights.is_late_arrival then 1 else 0 end as late_arrived_flights
    from nearby_flights
    inner join onward
        on
            nearby_flights.built_month = onward.built_month
            and nearby_flights.carrier_destination_code = onward.carrier_origin_code
    where nearby_flights.scheduled_arrival_at_utc is not null
),

timed as (
    select
        legs.*,
        -- a leg that has left counts while it is due
        case
            when departure_at_utc < scheduled_arrival_at_utc
                then greatest(departure_at_utc, due_at_utc)
        end as departed_while_due_at_utc,
        case when arrival_delay_minutes is not null then arrival_at_utc end
            as counted_arrival_at_utc
    from legs
),

spans as (
    select
        timed.*,
        case when departed_while_due_at_utc is not null then scheduled_arrival_at_utc end
            as no_longer_due_at_utc,
        {{ add_minutes('counted_arrival_at_utc', 60 * var('recent_hours')) }}
            as no_longer_arrived_at_utc
    from timed
),

{{ running_state_ctes(
    events_cte='spans',
    entities=['built_month', 'carrier_destination_code'],
    counts=counts,
    known=['last_departure_at_utc', 'last_arrival_at_utc'],
    changes=[
        {'at': 'due_at_utc', 'adds': {'inbound_due_flights': '1'}},
        {'at': 'scheduled_arrival_at_utc', 'adds': {'inbound_due_flights': '-1'}},
        {
            'at': 'departed_while_due_at_utc',
            'adds': {
                'inbound_departed_flights': '1',
                'inbound_late_departed_flights': 'late_departed_flights',
                'inbound_net_departure_delay_minutes': 'departure_delay_minutes',
            },
            'known': {'last_departure_at_utc': 'departure_at_utc'},
        },
        {
            'at': 'no_longer_due_at_utc',
            'adds': {
                'inbound_departed_flights': '-1',
                'inbound_late_departed_flights': '-late_departed_flights',
                'inbound_net_departure_delay_minutes': '-departure_delay_minutes',
            },
        },
        {
            'at': 'counted_arrival_at_utc',
            'adds': {
                'inbound_arrived_flights': '1',
                'inbound_late_arrived_flights': 'late_arrived_flights',
                'inbound_net_arrival_delay_minutes': 'arrival_delay_minutes',
            },
            'known': {'last_arrival_at_utc': 'arrival_at_utc'},
        },
        {
            'at': 'no_longer_arrived_at_utc',
            'adds': {
                'inbound_arrived_flights': '-1',
                'inbound_late_arrived_flights': '-late_arrived_flights',
                'inbound_net_arrival_delay_minutes': '-arrival_delay_minutes',
            },
        },
    ],
) }}

select
    carrier_destination_code as carrier_origin_code,
    {% for count in counts -%}
    {{ count }},
    {% endfor -%}
    built_month as flight_month,
    changed_at_utc,
    last_departure_at_utc,
    last_arrival_at_utc
from states
