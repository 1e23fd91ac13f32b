-- The models of aircraft that the registry describes, as each snapshot has them.

with model_rows as (
    select * from {{ ref('stg_registry__aircraft_models') }}
),

aircraft_types as (
    select
        aircraft_type_code,
        aircraft_type
    from {{ ref('registry_aircraft_types') }}
),

engine_types as (
    select
        engine_type_code,
        engine_type
    from {{ ref('registry_engine_types') }}
),

-- a snapshot has each code once; if it has one twice, the first row is kept
models as (
    select * from model_rows
    where aircraft_model_code is not null
    qualify
        row_number() over (
            partition by snapshot_date, aircraft_model_code
            order by _source_file, _source_row_number
        ) = 1
)

select
    models.aircraft_model_code,
    models.manufacturer_name,
    models.model_name,
    aircraft_types.aircraft_type,
    engine_types.engine_type,
    models.engine_count,
    models.seat_count,
    -- zero in the registry means unknown
    nullif(models.cruising_speed_miles_per_hour, 0) as cruising_speed_miles_per_hour,
    models.snapshot_date
from models
left join aircraft_types
    on models.aircraft_type_code = aircraft_types.aircraft_type_code
left join engine_types
    on models.engine_type_code = engine_types.engine_type_code
