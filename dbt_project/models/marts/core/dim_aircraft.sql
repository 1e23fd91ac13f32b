select
    tail_number,
    aircraft_type,
    manufacturer_name,
    model_name,
    engine_type,
    implausible_reason,
    manufacture_year,
    engine_count,
    seat_count,
    cruising_speed_miles_per_hour,
    is_plausible_airliner
from {{ ref('int_aircraft') }}
