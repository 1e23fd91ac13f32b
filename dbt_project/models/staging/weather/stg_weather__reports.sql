with reports as (
    select * from {{ source('weather', 'reports') }}
),

renamed as (
    select
        station as station_code,
        {% for layer in range(1, 5) -%}
        skyc{{ layer }} as sky_cover_{{ layer }}_code,
        {% endfor -%}
        wxcodes as present_weather_codes,
        metar as metar_text,
        cast(tmpf as double) as temperature_fahrenheit,
        cast(dwpf as double) as dew_point_fahrenheit,
        cast(feel as double) as apparent_temperature_fahrenheit,
        cast(relh as double) as relative_humidity_percent,
        cast(drct as double) as wind_direction_degrees,
        cast(sknt as double) as wind_speed_knots,
        cast(gust as double) as wind_gust_knots,
        cast(peak_wind_drct as double) as peak_wind_direction_degrees,
        cast(peak_wind_gust as double) as peak_wind_gust_knots,
        {{ text_to_inches('p01i') }} as precipitation_inches,
        {{ text_to_inches('snowdepth') }} as snow_depth_inches,
        {% for hours in [1, 3, 6] -%}
        {{ text_to_inches('ice_accretion_' ~ hours ~ 'hr') }}
            as ice_accretion_{{ hours }}_hour_inches,
        {% endfor -%}
        cast(alti as double) as altimeter_inches_of_mercury,
        cast(mslp as double) as pressure_millibars,
        cast(vsby as double) as visibility_miles,
        {% for layer in range(1, 5) -%}
        cast(skyl{{ layer }} as double) as sky_level_{{ layer }}_feet,
        {% endfor -%}
        {{ is_trace('p01i') }} as has_trace_precipitation,
        -- the texts need not be valid instants: such a report has none, and a test reports it
        try_cast(valid as timestamp) as observed_at_utc,
        try_cast(peak_wind_time as timestamp) as peak_wind_at_utc,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from reports
)

select * from renamed
