{# The names of the measurements of a weather observation, as in the seed weather_plausible_ranges. #}
{% macro weather_measurements() -%}
    {{ return([
        'temperature_fahrenheit',
        'dew_point_fahrenheit',
        'relative_humidity_percent',
        'wind_direction_degrees',
        'wind_speed_miles_per_hour',
        'wind_gust_miles_per_hour',
        'precipitation_inches',
        'pressure_millibars',
        'visibility_miles',
    ]) }}
{%- endmacro %}


{# The names of the measurements whose change over the last hours is informative by itself. #}
{% macro weather_trends() -%}
    {{ return([
        'temperature_fahrenheit',
        'wind_speed_miles_per_hour',
        'pressure_millibars',
        'visibility_miles',
    ]) }}
{%- endmacro %}
