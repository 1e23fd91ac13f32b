-- The registry's aircraft over time, with corrected seats, and whether each could have flown a
-- scheduled passenger flight. Some carriers report fleet numbers that happen to be the tail numbers
-- of small aircraft.

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

certified_seats as (
    select
        model_pattern,
        certified_seats,
        certificate
    from {{ ref('certified_seats') }}
),

-- the registry's number should be the maximum that the model may carry
seats as (
    select
        aircraft.*,
        certified_seats.certificate,
        coalesce(certified_seats.certified_seats, aircraft.seat_count) as believed_seat_count
    from aircraft
    left join certified_seats
        on
            aircraft.model_name like certified_seats.model_pattern
            and not (
                aircraft.seat_count
                <= {{ var('registered_seats_max_ratio') }} * certified_seats.certified_seats
                and certified_seats.certified_seats
                <= {{ var('registered_seats_max_ratio') }} * aircraft.seat_count
            )
),

judged as (
    select
        concat(
            seats.tail_number, '-', cast(seats.valid_from_date as {{ dbt.type_string() }})
        ) as aircraft_key,
        seats.tail_number,
        seats.source_system,
        seats.serial_number,
        seats.aircraft_type,
        seats.manufacturer_name,
        seats.model_name,
        seats.engine_type,
        seats.engine_manufacturer_name,
        seats.engine_model_name,
        coalesce(
            type_rules.reason,
            engine_rules.reason,
            manufacturer_rules.reason,
            case
                when seats.believed_seat_count < {{ var('minimum_airliner_seats') }}
                    then 'Fewer seats than the smallest airliner.'
            end
        ) as implausible_reason,
        case
            when seats.certificate is not null
                then
                    concat(
                        'The registry has ', seats.seat_count, '; the model is certified for ',
                        seats.believed_seat_count, ' (', seats.certificate, ').'
                    )
        end as seat_count_reason,
        seats.manufacture_year,
        seats.engine_count,
        seats.believed_seat_count as seat_count,
        seats.seat_count as registered_seat_count,
        seats.cruising_speed_miles_per_hour,
        seats.is_earliest_known,
        seats.valid_from_date,
        seats.valid_to_date,
        seats.joined_from_date
    from seats
    left join rules as type_rules
        on
            seats.aircraft_type = type_rules.attribute_value
            and type_rules.attribute = 'aircraft_type'
    left join rules as engine_rules
        on
            seats.engine_type = engine_rules.attribute_value
            and engine_rules.attribute = 'engine_type'
    left join rules as manufacturer_rules
        on
            seats.manufacturer_name = manufacturer_rules.attribute_value
            and manufacturer_rules.attribute = 'manufacturer_name'
)

select
    judged.*,
    implausible_reason is null as is_plausible_airliner,
    coalesce(valid_to_date, date '9999-12-31') as joined_to_date
from judged
