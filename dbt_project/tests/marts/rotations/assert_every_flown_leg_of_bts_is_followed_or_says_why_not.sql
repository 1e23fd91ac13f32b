-- Each flight of BTS that left the ground, and no other, is one leg, with its departure delay; legs
-- without a tail number, and they alone, are said to have none.
{% set months = in_untested_months('fct_flights') ~ " or "
    ~ in_untested_months('mart_aircraft_rotations') %}

with flown as (

    select
        flight_id,
        tail_number,
        departure_delay_minutes
    from {{ ref('fct_flights') }}
    where
        source_system = 'bts'
        and ({{ months }})
        and (
            flight_state in ('completed', 'diverted', 'unresolved')
            or coalesce(is_cancelled_after_takeoff, false)
        )

),

legs as (

    select
        flight_id,
        tail_number,
        departure_delay_minutes,
        rotation_break_reason
    from {{ ref('mart_aircraft_rotations') }}
    where {{ months }}

)

select
    flown.flight_id,
    legs.flight_id as leg_flight_id,
    legs.rotation_break_reason
from flown
full join legs
    on flown.flight_id = legs.flight_id
where
    flown.flight_id is null
    or legs.flight_id is null
    or flown.departure_delay_minutes is distinct from legs.departure_delay_minutes
    or flown.tail_number is distinct from legs.tail_number
    or (flown.tail_number is null)
    <> coalesce(legs.rotation_break_reason = 'no_tail_number', false)
