-- The registry's aircraft over time, and whether each could have flown a scheduled passenger
-- flight. Some carriers report fleet numbers that happen to be the tail numbers of small aircraft.

{{ config(materialized='table') }}

with aircraft as (
    select * from {{ ref('int_aircraft_periods') }}
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
        concat(
            aircraft.tail_number, '-', cast(aircraft.valid_from_date as {{ dbt.type_string() }})
        ) as aircraft_key,
        aircraft.tail_number,
        aircraft.source_system,
        aircraft.serial_number,
        aircraft.aircraft_type,
        aircraft.manufacturer_name,
        aircraft.model_name,
        aircraft.engine_type,
        aircraft.engine_manufacturer_name,
        aircraft.engine_model_name,
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
        aircraft.cruising_speed_miles_per_hour,
        aircraft.is_earliest_known,
        aircraft.valid_from_date,
        aircraft.valid_to_date
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
