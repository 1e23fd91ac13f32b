-- The registry's aircraft, and whether each could have flown a scheduled passenger flight. Some
-- carriers report fleet numbers that happen to be the tail numbers of small aircraft.

{{ config(materialized='table') }}

with aircraft as (
    select * from {{ ref('stg_nycflights13__planes') }}
),

rules as (
    select
        attribute,
        attribute_value,
        reason
    from {{ ref('implausible_aircraft') }}
),

judged as (
    select
        aircraft.tail_number,
        aircraft.aircraft_type,
        aircraft.manufacturer_name,
        aircraft.model_name,
        aircraft.engine_type,
        coalesce(
            type_rules.reason,
            engine_rules.reason,
            manufacturer_rules.reason,
            case
                when aircraft.seat_count < {{ var('minimum_airliner_seats') }}
                    then 'Fewer seats than the smallest airliner.'
            end
        ) as implausible_reason,
        aircraft.manufacture_year,
        aircraft.engine_count,
        aircraft.seat_count,
        aircraft.cruising_speed_miles_per_hour
    from aircraft
    left join rules as type_rules
        on
            aircraft.aircraft_type = type_rules.attribute_value
            and type_rules.attribute = 'aircraft_type'
    left join rules as engine_rules
        on
            aircraft.engine_type = engine_rules.attribute_value
            and engine_rules.attribute = 'engine_type'
    left join rules as manufacturer_rules
        on
            aircraft.manufacturer_name = manufacturer_rules.attribute_value
            and manufacturer_rules.attribute = 'manufacturer_name'
)

select
    judged.*,
    implausible_reason is null as is_plausible_airliner
from judged
