-- Every measurement in staging stands in an observation or is set aside, by kind of measurement.
with measurements as (

    {% for measurement in weather_measurements() %}
    select
        '{{ measurement }}' as measurement,
        (
            select count({{ measurement }})
            from {{ ref('stg_nycflights13__weather') }}
        ) as staged_values,
        (
            select count({{ measurement }})
            from {{ ref('fct_weather_observations') }}
            where source_system = 'nycflights13'
        ) as observed_values,
        (
            select count(*)
            from {{ ref('int_weather_measurements_set_aside') }}
            where measurement = '{{ measurement }}'
        ) as values_set_aside
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    measurement,
    staged_values,
    observed_values,
    values_set_aside
from measurements
where staged_values <> observed_values + values_set_aside
