with weather as (
    select * from {{ source('nycflights13', 'weather') }}
),

renamed as (
    select
        origin as airport_code,
        cast(temp as double) as temperature_fahrenheit,
        cast(dewp as double) as dew_point_fahrenheit,
        cast(humid as double) as relative_humidity_percent,
        cast(wind_dir as double) as wind_direction_degrees,
        cast(wind_speed as double) as wind_speed_miles_per_hour,
        cast(wind_gust as double) as wind_gust_miles_per_hour,
        cast(precip as double) as precipitation_inches,
        cast(pressure as double) as pressure_millibars,
        cast(visib as double) as visibility_miles,
        {{ utc_text_to_timestamp('time_hour') }} as observed_hour_at_utc,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from weather
)

select * from renamed
