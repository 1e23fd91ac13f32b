{{ config(materialized='monthly', versions_from='int_marketing_flight_loads') }}

with flights as (
    select * from {{ ref('int_marketing_flights') }}
    where {{ months_built('flight_month') }} and {{ partitions_built('_source_partition') }}
),

loads as (
    select
        flight_month,
        partition_version
    from {{ ref('int_marketing_flight_loads') }}
)

select
    flights.marketing_flight_id,
    flights.origin_airport_code,
    flights.destination_airport_code,

    flights.marketing_carrier_code,
    flights.operating_carrier_code,
    flights.scheduled_operating_carrier_code,
    flights.marketing_flight_number,
    flights.operating_flight_number,
    flights.tail_number,
    flights.flight_state,
    flights.cancellation_code,

    flights.marketing_carrier_dot_id,
    flights.operating_carrier_dot_id,
    flights.origin_airport_dot_id,
    flights.destination_airport_dot_id,
    cast(floor(flights.scheduled_departure_clock_minutes / 60) as integer) % 24
        as scheduled_departure_hour,
    flights.scheduled_elapsed_minutes as scheduled_block_minutes,
    flights.actual_elapsed_minutes as actual_block_minutes,
    flights.air_time_minutes,
    flights.taxi_out_minutes,
    flights.taxi_in_minutes,
    flights.distance_miles,
    flights.departure_delay_minutes,
    flights.arrival_delay_minutes,
    flights.carrier_delay_minutes,
    flights.weather_delay_minutes,
    flights.national_air_system_delay_minutes,
    flights.security_delay_minutes,
    flights.late_aircraft_delay_minutes,

    flights.has_departed,
    flights.is_completed,
    flights.is_cancelled,
    flights.is_diverted,
    flights.is_never_departed,
    flights.is_unresolved,
    flights.is_on_time_departure,
    flights.is_on_time_arrival,
    flights.is_operated_by_partner,
    flights.has_duplicate_flag,

    flights.flight_date,
    flights.flight_month,

    flights.scheduled_departure_at_local,

    flights._source_file,
    flights._source_row_number,
    loads.partition_version as _partition_version
from flights
inner join loads
    on flights.flight_month = loads.flight_month
