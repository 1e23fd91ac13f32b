-- One row per month of flights, with a version that changes whenever an input of the month's
-- flights changes: their own files, the weather of that time, the aircraft that flew, the fleets of
-- the carriers, reference data, or the logic.

{{ config(materialized='table') }}

-- depends_on: {{ ref('int_flights_with_weather') }}

with flight_rows as (
    select
        flight_month,
        source_system,
        tail_number,
        _dlt_load_id
    from {{ ref('int_flights_unioned') }}
),

periods as (
    select
        aircraft_key,
        tail_number,
        manufacture_year,
        seat_count,
        is_plausible_airliner,
        valid_from_date,
        valid_to_date,
        joined_from_date
    from {{ ref('int_aircraft') }}
),

fleet_sizes as (
    select
        carrier_code,
        seat_count,
        is_out_of_fleet,
        flight_month
    from {{ ref('int_carrier_fleets') }}
),

observations as (
    select
        weather_observation_id,
        airport_code,
        temperature_fahrenheit,
        dew_point_fahrenheit,
        relative_humidity_percent,
        wind_direction_degrees,
        wind_speed_miles_per_hour,
        wind_gust_miles_per_hour,
        precipitation_inches,
        pressure_millibars,
        visibility_miles,
        observed_hour_at_utc,
        known_at_utc
    from {{ ref('int_weather_observations') }}
),

flown as (
    select
        flight_month,
        source_system,
        tail_number,
        _dlt_load_id,
        count(*) as row_count
    from flight_rows
    group by flight_month, source_system, tail_number, _dlt_load_id
),

volumes as (
    select
        flight_month,
        cast(sum(row_count) as integer) as row_count
    from flown
    group by flight_month
),

flights as (
    select distinct
        flight_month,
        source_system,
        _dlt_load_id
    from flown
),

tail_numbers as (
    select distinct
        flight_month,
        tail_number
    from flown
),

-- all periods of a tail number, since any of them can change which period a flight joins to
aircraft as (
    select
        tail_numbers.flight_month,
        {{ rows_fingerprint('periods') }} as content_label
    from tail_numbers
    inner join periods
        on tail_numbers.tail_number = periods.tail_number
    group by tail_numbers.flight_month
),

fleets as (
    select
        flight_month,
        {{ rows_fingerprint('fleet_sizes') }} as content_label
    from fleet_sizes
    group by flight_month
),

weather as (
    select
        cast(date_trunc('month', observed_hour_at_utc) as date) as weather_month,
        {{ rows_fingerprint('observations') }} as content_label
    from observations
    group by cast(date_trunc('month', observed_hour_at_utc) as date)
),

-- a flight near the end of a month may use the weather of the adjacent month
inputs as (
    select
        flight_month,
        concat_ws(' ', source_system, _dlt_load_id) as input_label
    from flights
    union
    select
        flights.flight_month,
        concat_ws(' ', 'weather', weather.weather_month, weather.content_label) as input_label
    from flights
    inner join weather
        on
            weather.weather_month between flights.flight_month - interval 1 month
            and flights.flight_month + interval 1 month
    union
    select
        flight_month,
        concat_ws(' ', 'aircraft', content_label) as input_label
    from aircraft
    union
    select
        flight_month,
        concat_ws(' ', 'fleets', content_label) as input_label
    from fleets
)

select
    inputs.flight_month,
    md5(concat_ws(
        '|',
        {{ joined_text('inputs.input_label', ',', order_by='inputs.input_label') }},
        {{ logic_fingerprint(
            'int_flights_with_weather',
            partitioned=['int_aircraft', 'int_carrier_fleets', 'int_weather_observations']
        ) }}
    )) as partition_version,
    {{ tracked_version() }} as tracked_version,
    volumes.row_count
from inputs
inner join volumes
    on inputs.flight_month = volumes.flight_month
group by inputs.flight_month, volumes.row_count
