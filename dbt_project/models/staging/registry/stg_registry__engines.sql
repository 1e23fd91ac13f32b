with engines as (
    select * from {{ source('registry', 'engines') }}
),

renamed as (
    select
        {{ unpadded('code') }} as engine_model_code,
        {{ unpadded('mfr') }} as engine_manufacturer_name,
        {{ unpadded('model') }} as engine_model_name,
        {{ unpadded('type') }} as engine_type_code,
        {{ text_to_integer(unpadded('horsepower')) }} as engine_power_horsepower,
        {{ text_to_integer(unpadded('thrust')) }} as engine_thrust_pounds,
        cast(_source_partition as date) as snapshot_date,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from engines
)

select * from renamed
