with aircraft_models as (
    select * from {{ source('registry', 'aircraft_models') }}
),

renamed as (
    select
        {{ unpadded('code') }} as aircraft_model_code,
        {{ unpadded('mfr') }} as manufacturer_name,
        {{ unpadded('model') }} as model_name,
        {{ unpadded('type_acft') }} as aircraft_type_code,
        {{ unpadded('type_eng') }} as engine_type_code,
        {{ unpadded('ac_cat') }} as aircraft_category_code,
        {{ unpadded('build_cert_ind') }} as builder_certification_code,
        {{ unpadded('ac_weight') }} as weight_class,
        {{ text_to_integer(unpadded('no_eng')) }} as engine_count,
        {{ text_to_integer(unpadded('no_seats')) }} as seat_count,
        {{ text_to_integer(unpadded('speed')) }} as cruising_speed_miles_per_hour,
        cast(_source_partition as date) as snapshot_date,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from aircraft_models
)

select * from renamed
