with aircraft as (
    select * from {{ source('registry', 'aircraft') }}
),

renamed as (
    select
        'N' || {{ unpadded('n_number') }} as tail_number,
        {{ unpadded('serial_number') }} as serial_number,
        {{ unpadded('mfr_mdl_code') }} as aircraft_model_code,
        {{ unpadded('eng_mfr_mdl') }} as engine_model_code,
        {{ unpadded('type_aircraft') }} as aircraft_type_code,
        {{ unpadded('type_engine') }} as engine_type_code,
        {{ unpadded('status_code') }} as registration_status_code,
        {{ unpadded('mode_s_code_hex') }} as mode_s_hexadecimal_code,
        {{ unpadded('unique_id') }} as registration_id,
        {{ text_to_integer(unpadded('year_mfr')) }} as manufacture_year,
        {{ compact_text_to_date('last_action_date') }} as last_action_date,
        {{ compact_text_to_date('cert_issue_date') }} as certificate_issue_date,
        {{ compact_text_to_date('air_worth_date') }} as airworthiness_date,
        {{ compact_text_to_date('expiration_date') }} as expiration_date,
        cast(_source_partition as date) as snapshot_date,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from aircraft
)

select * from renamed
