{{ config(materialized='monthly') }}

with rotations as (
    select * from {{ ref('mart_aircraft_rotations') }}
    where {{ months_built('flight_month') }}
),

lateness as (
    select
        rotations.*,
        greatest(departure_delay_minutes, 0) as late_minutes
    from rotations
)

select
    carrier_code,
    flight_month,
    cast(count(*) as integer) as flown_legs,
    cast(count(tail_number) as integer) as legs_with_tail_number,
    {% for reason in [
        'no_tail_number',
        'departure_unknown',
        'no_earlier_leg',
        'overlapping_legs',
        'carrier_changed',
        'inbound_did_not_arrive',
        'inbound_times_unknown',
        'aircraft_was_elsewhere',
        'long_stay',
    ] -%}
    cast(count(*) filter (where rotation_break_reason = '{{ reason }}') as integer)
        as {{ reason }}_legs,
    {% endfor %}
    cast(count(previous_flight_id) as integer) as legs_with_known_inbound,
    cast(count(inherited_delay_minutes) as integer) as attributed_legs,
    cast(count(*) filter (where inherited_delay_minutes > 0) as integer)
        as legs_with_inherited_delay,
    coalesce(cast(max(propagation_depth) as integer), 0) as deepest_propagation_legs,
    cast(coalesce(sum(late_minutes), 0) as bigint) as total_departure_delay_minutes,
    cast(
        coalesce(sum(late_minutes) filter (where inherited_delay_minutes is not null), 0) as bigint
    ) as attributed_departure_delay_minutes,
    cast(coalesce(sum(inherited_delay_minutes), 0) as bigint) as inherited_delay_minutes,
    cast(coalesce(sum(late_minutes - inherited_delay_minutes), 0) as bigint)
        as self_made_delay_minutes,
    cast(coalesce(sum(late_minutes) filter (where inherited_delay_minutes is null), 0) as bigint)
        as unattributed_departure_delay_minutes,
    cast(coalesce(sum(late_aircraft_delay_minutes), 0) as bigint)
        as reported_late_aircraft_delay_minutes
from lateness
group by carrier_code, flight_month
