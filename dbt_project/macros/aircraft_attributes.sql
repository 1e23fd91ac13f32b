{# The names of the attributes of an aircraft whose change begins a new period in its history. #}
{% macro aircraft_attributes() -%}
    {{ return([
        'serial_number',
        'aircraft_type',
        'manufacturer_name',
        'model_name',
        'engine_type',
        'engine_manufacturer_name',
        'engine_model_name',
        'manufacture_year',
        'engine_count',
        'seat_count',
        'cruising_speed_miles_per_hour',
    ]) }}
{%- endmacro %}
