with planes as (
    select * from {{ source('nycflights13', 'planes') }}
),

renamed as (
    select
        tailnum as tail_number,
        type as aircraft_type,
        manufacturer as manufacturer_name,
        model as model_name,
        engine as engine_type,
        {{ text_to_integer('year') }} as manufacture_year,
        {{ text_to_integer('engines') }} as engine_count,
        {{ text_to_integer('seats') }} as seat_count,
        {{ text_to_integer('speed') }} as cruising_speed_miles_per_hour,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from planes
)

select * from renamed
