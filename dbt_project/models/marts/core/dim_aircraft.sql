with aircraft as (
    select * from {{ ref('int_aircraft') }}
)

select
    aircraft_key,
    tail_number,
    source_system,
    serial_number,
    aircraft_type,
    manufacturer_name,
    model_name,
    engine_type,
    engine_manufacturer_name,
    engine_model_name,
    implausible_reason,
    seat_count_reason,
    manufacture_year,
    engine_count,
    seat_count,
    registered_seat_count,
    cruising_speed_miles_per_hour,
    is_plausible_airliner,
    valid_from_date,
    valid_to_date
from aircraft
