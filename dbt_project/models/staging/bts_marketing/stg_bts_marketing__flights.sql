with on_time as (

    select * from {{ source('bts_marketing', 'on_time') }}

),

renamed as (

    select
        marketing_airline_network as marketing_carrier_code,
        {{ text_to_integer('dot_id_marketing_airline') }} as marketing_carrier_dot_id,
        flight_number_marketing_airline as marketing_flight_number,
        originally_scheduled_code_share_airline as scheduled_operating_carrier_code,
        {{ text_to_integer('dot_id_originally_scheduled_code_share_airline') }}
            as scheduled_operating_carrier_dot_id,
        flight_num_originally_scheduled_code_share_airline as scheduled_operating_flight_number,
        operating_airline as operating_carrier_code,
        {{ text_to_integer('dot_id_operating_airline') }} as operating_carrier_dot_id,
        flight_number_operating_airline as operating_flight_number,
        tail_number,
        {{ bts_airport_keys() }},

        operated_or_branded_code_share_partners as code_share_text,
        iata_code_marketing_airline as marketing_carrier_iata_code,
        iata_code_originally_scheduled_code_share_airline as scheduled_operating_carrier_iata_code,
        iata_code_operating_airline as operating_carrier_iata_code,
        duplicate as duplicate_flag,
        {{ bts_texts() }},

        {{ bts_measures() }},

        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from on_time

)

select * from renamed
