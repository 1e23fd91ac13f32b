-- Every measurement of a row that speaks for its hour stands in the observation or is set aside, by
-- kind of measurement.
with measurements as (

    {% for measurement in weather_measurements() %}
    select
        '{{ measurement }}' as measurement,
        (
            select count({{ measurement }})
            from {{ ref('int_weather_hours') }}
            where set_aside_reason is null
        ) as measured_values,
        (
            select count({{ measurement }})
            from {{ ref('fct_weather_observations') }}
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
    measured_values,
    observed_values,
    values_set_aside
from measurements
where measured_values <> observed_values + values_set_aside
