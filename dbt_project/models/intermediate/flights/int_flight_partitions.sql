-- One row per month of flights, with a version that changes whenever an input of the month's
-- flights changes: their own files, the weather of that time, the aircraft that flew, the fleets of
-- the carriers, reference data, or the logic.

{{ config(materialized='table') }}

-- depends_on: {{ ref('int_flights_with_weather') }}

with loads as (
    select * from {{ ref('int_flight_loads') }}
),

aircraft as (
    select * from {{ ref('int_aircraft_month_labels') }}
),

fleet_sizes as (
    select
        carrier_code,
        seat_count,
        is_out_of_fleet,
        flight_month
    from {{ ref('int_carrier_fleets') }}
),

-- some of the weather of the adjacent months is that of flights near the ends of the month
weather as (
    select * from {{ ref('int_weather_month_labels') }}
),

fleets as (
    select
        flight_month,
        {{ rows_fingerprint('fleet_sizes') }} as content_label
    from fleet_sizes
    group by flight_month
),

inputs as (
    select
        flight_month,
        partition_version as input_label
    from loads
    union all
    select
        flight_month,
        concat_ws(' ', 'weather', observed_month, content_label) as input_label
    from weather
    union all
    select
        flight_month,
        concat_ws(' ', 'aircraft', content_label) as input_label
    from aircraft
    union all
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
    loads.row_count
from inputs
inner join loads
    on inputs.flight_month = loads.flight_month
group by inputs.flight_month, loads.row_count
