with deregistered_aircraft as (
    select * from {{ source('registry', 'deregistered_aircraft') }}
),

renamed as (
    select
        'N' || {{ unpadded('n_number') }} as tail_number,
        {{ unpadded('serial_number') }} as serial_number,
        {{ unpadded('mfr_mdl_code') }} as aircraft_model_code,
        {{ text_to_integer(unpadded('year_mfr')) }} as manufacture_year,
        {{ compact_text_to_date('cancel_date') }} as cancelled_date,
        {{ compact_text_to_date('last_act_date') }} as last_action_date,
        {{ compact_text_to_date('cert_issue_date') }} as certificate_issue_date,
        cast(_source_partition as date) as snapshot_date,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from deregistered_aircraft
)

select * from renamed
