-- Follows each tail number from leg to leg by actual flights, not by the schedule, and splits each
-- departure delay into the part that came with the aircraft and the part added at the gate.
{% set days = [var('rotation_days'), var('propagation_days')] %}
{% set read = {'fct_flights': days, 'fct_diversion_landings': days} %}
{{ config(materialized='monthly', days_read=read) }}
{% set columns = [
    'flight_id', 'flight_date', 'carrier_code', 'destination_airport_code', 'has_brought_aircraft',
    'lateness_minutes', 'scheduled_arrival_at_utc',
] %}
{% set in_order = 'departure_at_utc asc, scheduled_departure_at_utc asc, flight_id asc' %}
{% set in_reverse = in_order | replace(' asc', ' desc') %}
{% set aircraft = 'built_month, tail_number' %}
{% set in_turn_of_aircraft = 'partition by ' ~ aircraft ~ ' order by ' ~ in_order %}
{% set in_turn = 'case when rotation_break_reason is null then {} end' %}

with flights as (
    select * from {{ ref('fct_flights') }}
    -- an aircraft that took off has moved, even if its flight counts as cancelled
    where
        {{ months_built('flight_month', *days) }}
        and source_system = 'bts' and (has_departed or is_cancelled_after_takeoff)
),

{{ flights_around_months('flights', *days) }},

landings as (
    select * from {{ ref('fct_diversion_landings') }}
    where {{ months_built(month_of_flight_id(), *days) }}
),

changes_of_aircraft as (
    select distinct flights.flight_id
    from flights
    inner join landings on flights.flight_id = landings.flight_id
    where landings.tail_number <> flights.tail_number
),

legs as (
    select
        near.*,
        coalesce(near.is_completed or near.has_reached_destination_after_diversion, false)
        and changes_of_aircraft.flight_id is null as has_brought_aircraft,
        coalesce(near.arrival_delay_minutes, near.diversion_arrival_delay_minutes)
            as lateness_minutes
    from nearby_flights as near
    left join changes_of_aircraft
        on near.flight_id = changes_of_aircraft.flight_id
),

placed as (
    select
        {{ aircraft }},
        origin_airport_code,
        {% for column in columns -%}
        {{ column }},
        {% endfor -%}
        departure_delay_minutes,
        scheduled_departure_at_utc,
        departure_at_utc,
        case when has_brought_aircraft and arrival_at_utc > departure_at_utc then arrival_at_utc end
            as brought_at_utc
    from legs
    where tail_number is not null and departure_at_utc is not null
),

followed as (
    select
        placed.*,
        {% for column in columns + ['brought_at_utc'] -%}
        lag({{ column }}) over rotation as earlier_{{ column }},
        {% endfor -%}
        max(brought_at_utc) over earlier_legs as latest_earlier_brought_at_utc
    from placed
    window
        rotation as ({{ in_turn_of_aircraft }}),
        earlier_legs as (
            {{ in_turn_of_aircraft }} rows between unbounded preceding and 1 preceding
        )
),

turned as (
    select
        followed.*,
        {{ days_between('earlier_flight_date', 'flight_date') }} as idle_days,
        {{ minutes_between('earlier_scheduled_arrival_at_utc', 'scheduled_departure_at_utc') }}
            as scheduled_ground_minutes,
        {{ minutes_between('earlier_brought_at_utc', 'departure_at_utc') }} as actual_ground_minutes
    from followed
),

explained as (
    select
        turned.*,
        case
            when coalesce(idle_days > {{ days[0] }}, true) then 'no_earlier_leg'
            -- one aircraft cannot be in two places: two share the number, or a time is wrong
            when
                departure_at_utc < latest_earlier_brought_at_utc
                or earlier_brought_at_utc < latest_earlier_brought_at_utc
                then 'overlapping_legs'
            when earlier_carrier_code <> carrier_code then 'carrier_changed'
            when not earlier_has_brought_aircraft then 'inbound_did_not_arrive'
            when earlier_lateness_minutes + scheduled_ground_minutes + actual_ground_minutes is null
                then 'inbound_times_unknown'
            when earlier_destination_airport_code <> origin_airport_code
                then 'aircraft_was_elsewhere'
            -- an aircraft that arrived so late that little of the stay was left brought its delay
            when
                least(scheduled_ground_minutes, actual_ground_minutes)
                >= {{ var('long_stay_minutes') }}
                then 'long_stay'
        end as rotation_break_reason
    from turned
),

split as (
    select
        explained.*,
        case
            when rotation_break_reason is null
                then greatest(0, least(
                    departure_delay_minutes,
                    earlier_lateness_minutes
                    - greatest(scheduled_ground_minutes - {{ var('minimum_turn_minutes') }}, 0)
                ))
            -- a new day: however late its first leg is, that was not brought along
            when rotation_break_reason = 'long_stay' then 0
        end as inherited_delay_minutes
    from explained
),

numbered as (
    select
        split.*,
        sum(case when rotation_break_reason is null then 0 else 1 end) over rotation
            as chain_number,
        sum(case when inherited_delay_minutes > 0 then 0 else 1 end) over rotation
            as propagation_number
    from split
    window rotation as ({{ in_turn_of_aircraft }})
),

rotations as (
    select
        numbered.*,
        first_value(flight_id) over propagation as root_flight_id,
        row_number() over chain as leg_number,
        row_number() over propagation - 1 as propagation_depth,
        min(case when inherited_delay_minutes > 0 then inherited_delay_minutes end)
            over propagation as root_delay_minutes,
        count(flight_id) over later_propagation as knock_on_legs,
        coalesce(sum(inherited_delay_minutes) over later_propagation, 0) as knock_on_delay_minutes
    from numbered
    window
        chain as (partition by {{ aircraft }}, chain_number order by {{ in_order }}),
        propagation as (
            partition by {{ aircraft }}, propagation_number order by {{ in_order }}
            rows between unbounded preceding and current row
        ),
        later_propagation as (
            partition by {{ aircraft }}, propagation_number order by {{ in_reverse }}
            rows between unbounded preceding and 1 preceding
        )
)

select
    legs.flight_id,
    {{ in_turn.format('rotations.earlier_flight_id') }} as previous_flight_id,
    rotations.root_flight_id,
    legs.carrier_key,
    legs.origin_airport_code,
    legs.destination_airport_code,
    legs.carrier_code,
    legs.tail_number,
    case
        when legs.tail_number is null then 'no_tail_number'
        when legs.departure_at_utc is null then 'departure_unknown'
        else rotations.rotation_break_reason
    end as rotation_break_reason,
    cast(rotations.leg_number as integer) as leg_number,
    {{ in_turn.format('rotations.scheduled_ground_minutes') }} as scheduled_turn_minutes,
    {{ in_turn.format('rotations.actual_ground_minutes') }} as actual_turn_minutes,
    {{ in_turn.format('rotations.earlier_lateness_minutes') }} as inbound_arrival_delay_minutes,
    legs.departure_delay_minutes,
    rotations.inherited_delay_minutes,
    legs.departure_delay_minutes - rotations.inherited_delay_minutes as self_made_delay_minutes,
    cast(rotations.propagation_depth as integer) as propagation_depth,
    coalesce(rotations.root_delay_minutes, rotations.inherited_delay_minutes)
        as root_delay_minutes,
    cast(rotations.knock_on_legs as integer) as knock_on_legs,
    cast(rotations.knock_on_delay_minutes as integer) as knock_on_delay_minutes,
    legs.late_aircraft_delay_minutes,
    legs.flight_date,
    legs.flight_month,
    {{ in_turn.format('rotations.earlier_brought_at_utc') }} as inbound_arrival_at_utc,
    legs.departure_at_utc
from legs
left join rotations
    on legs.flight_id = rotations.flight_id and legs.built_month = rotations.built_month
where legs.flight_month = legs.built_month
