{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

landings as (
    select * from {{ ref('fct_diversion_landings') }}
    where {{ months_built(month_of_flight_id()) }}
),

-- scans every flight of the months once and keeps very few
long_waits as (
    select * from flights
    where
        taxi_out_minutes >= {{ var('tarmac_delay_min_minutes') }}
        or taxi_in_minutes >= {{ var('tarmac_delay_min_minutes') }}
        or gate_return_longest_ground_minutes >= {{ var('tarmac_delay_min_minutes') }}
),

events as (
    {% for kind, airport, part, minutes in [
        ('gate_return', 'origin', 'before_takeoff', 'gate_return_longest_ground_minutes'),
        ('taxi_out', 'origin', 'before_takeoff', 'taxi_out_minutes'),
        ('taxi_in', 'destination', 'after_landing', 'taxi_in_minutes'),
    ] %}
    select
        flight_id,
        {{ airport }}_airport_code as airport_code,
        '{{ kind }}' as event_kind,
        '{{ part }}' as flight_part,
        0 as landing_number,
        {{ minutes }} as ground_minutes
    from long_waits
    where {{ minutes }} >= {{ var('tarmac_delay_min_minutes') }}

    union all

    {% endfor %}
    select
        flight_id,
        airport_code,
        'diversion_landing' as event_kind,
        'on_the_way' as flight_part,
        landing_number,
        longest_ground_minutes as ground_minutes
    from landings
    where longest_ground_minutes >= {{ var('tarmac_delay_min_minutes') }}
)

select
    events.flight_id,
    events.airport_code,
    events.event_kind,
    events.flight_part,
    flights.carrier_code,
    flights.flight_number,
    flights.origin_airport_code,
    flights.destination_airport_code,
    flights.flight_state,
    events.landing_number,
    events.ground_minutes,
    events.ground_minutes > {{ var('tarmac_domestic_limit_minutes') }} as is_over_domestic_limit,
    flights.flight_date,
    flights.flight_month
from events
inner join flights
    on events.flight_id = flights.flight_id
