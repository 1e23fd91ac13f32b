with airports as (
    select * from {{ source('airportsdata', 'airports') }}
),

renamed as (
    select
        icao as icao_code,
        iata as airport_code,
        lid as local_identifier,
        name as airport_name,
        city as city_name,
        subd as state_name,
        country as country_code,
        tz as time_zone_name,
        cast(elevation as double) as elevation_feet,
        cast(lat as double) as latitude_degrees,
        cast(lon as double) as longitude_degrees,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from airports
)

select * from renamed
