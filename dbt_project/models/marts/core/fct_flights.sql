{{ config(
    materialized='monthly',
    versions_from='int_flight_partitions',
    tracked_elsewhere=['int_aircraft', 'int_carrier_fleets', 'int_weather_observations'],
) }}

with flights as (
    select * from {{ ref('int_flights_with_weather') }}
    where {{ months_built('flight_month') }} and {{ partitions_built('source_month') }}
),

partitions as (
    select
        flight_month,
        partition_version
    from {{ ref('int_flight_partitions') }}
)

select
    flights.flight_id,
    flights.carrier_key,
    flights.origin_airport_code,
    flights.destination_airport_code,
    flights.aircraft_key,
    flights.known_weather_observation_id,
    flights.hour_weather_observation_id,

    flights.source_system,
    flights.carrier_code,
    flights.flight_number,
    flights.tail_number,
    flights.flight_state,
    flights.cancellation_code,
    flights.aircraft_match_quality,

    flights.origin_airport_dot_id,
    flights.destination_airport_dot_id,
    cast(floor(flights.scheduled_departure_clock_minutes / 60) as integer) % 24
        as scheduled_departure_hour,
    flights.scheduled_block_minutes,
    flights.actual_block_minutes,
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
    flights.gate_return_total_ground_minutes,
    flights.gate_return_longest_ground_minutes,
    flights.diversion_landing_count,
    flights.diversion_arrival_delay_minutes,
    flights.diversion_distance_miles,
    flights.known_weather_age_minutes,
    flights.known_weather_temperature_fahrenheit,
    flights.known_weather_wind_speed_miles_per_hour,
    flights.known_weather_precipitation_inches,
    flights.known_weather_visibility_miles,
    flights.hour_weather_temperature_fahrenheit,
    flights.hour_weather_wind_speed_miles_per_hour,
    flights.hour_weather_precipitation_inches,
    flights.hour_weather_visibility_miles,

    flights.has_departed,
    flights.is_completed,
    flights.is_cancelled,
    flights.is_diverted,
    flights.is_never_departed,
    flights.is_unresolved,
    flights.is_on_time_departure,
    flights.is_on_time_arrival,
    flights.has_reached_destination_after_diversion,
    flights.is_cancelled_after_takeoff,
    flights.has_known_weather_match,
    flights.has_hour_weather_match,

    flights.flight_date,
    flights.flight_month,

    flights.scheduled_departure_at_utc,
    flights.scheduled_departure_at_local,
    flights.first_departure_at_utc,
    flights.first_departure_at_local,
    flights.departure_at_utc,
    flights.departure_at_local,
    flights.wheels_off_at_utc,
    flights.wheels_off_at_local,
    flights.wheels_on_at_utc,
    flights.wheels_on_at_local,
    flights.scheduled_arrival_at_utc,
    flights.scheduled_arrival_at_local,
    flights.arrival_at_utc,
    flights.arrival_at_local,

    flights._source_file,
    flights._source_row_number,
    partitions.partition_version as _partition_version
from flights
inner join partitions
    on flights.flight_month = partitions.flight_month
