with on_time as (

    select * from {{ source('bts', 'on_time') }}

),

renamed as (

    select
        reporting_airline as carrier_code,
        {{ text_to_integer('dot_id_reporting_airline') }} as carrier_dot_id,
        flight_number_reporting_airline as flight_number,
        tail_number,
        {{ bts_airport_keys() }},

        iata_code_reporting_airline as carrier_iata_code,
        {{ bts_texts() }},

        {{ bts_measures() }},

        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from on_time

)

select * from renamed
