-- Every measurement of a row that speaks for its hour stands in the observation or is set aside, by
-- kind of measurement.
with measured as (

    select
    {% for measurement in weather_measurements() -%}
        count({{ measurement }}) as {{ measurement }}
        {{- "," if not loop.last }}
    {% endfor %}
    from {{ ref('int_weather_hours') }}
    where
        set_aside_reason is null
        and {{ in_untested_months('fct_weather_observations', 'observed_month') }}

),

observed as (

    select
    {% for measurement in weather_measurements() -%}
        count({{ measurement }}) as {{ measurement }}
        {{- "," if not loop.last }}
    {% endfor %}
    from {{ ref('fct_weather_observations') }}
    where {{ in_untested_months('fct_weather_observations') }}

),

set_aside as (

    select
    {% for measurement in weather_measurements() -%}
        count(*) filter (where measurement = '{{ measurement }}') as {{ measurement }}
        {{- "," if not loop.last }}
    {% endfor %}
    from {{ ref('int_weather_measurements_set_aside') }}
    where {{ in_untested_months('fct_weather_observations', 'observed_month') }}

)

{% for measurement in weather_measurements() %}
select
    '{{ measurement }}' as measurement,
    measured.{{ measurement }} as measured_values,
    observed.{{ measurement }} as observed_values,
    set_aside.{{ measurement }} as values_set_aside
from measured
cross join observed
cross join set_aside
where measured.{{ measurement }} <> observed.{{ measurement }} + set_aside.{{ measurement }}
{{ "union all" if not loop.last }}
{% endfor %}
