-- Classifies each observation by precipitation, visibility, wind and gusts. No gust in a wind
-- report means that there were none; any other missing measurement was not observed.

with observations as (
    select * from {{ ref('int_weather_observations') }}
),

weather_classes as (
    select * from {{ ref('weather_classes') }}
),

classes as (
    select
        weather_measure,
        weather_class,
        class_from_value,
        coalesce(class_below_value, cast('infinity' as double)) as joined_below_value
    from weather_classes
    -- a class without a lower bound contains no values
    where class_from_value is not null
),

-- two at a time: DuckDB writes a longer union in another way once the file was opened again, and
-- the months that read it would be built again
{% for name, measures in {
    'falling_or_seen': {
        'precipitation': 'precipitation_inches', 'visibility': 'visibility_miles',
    },
    'blowing': {
        'wind': 'wind_speed_miles_per_hour', 'gust': 'wind_gust_miles_per_hour',
    },
}.items() -%}
{{ name }} as (
    {% for measure, value in measures.items() %}
    select
        weather_observation_id,
        '{{ measure }}' as weather_measure,
        {{ value }} as measured_value,
        {{ "wind_speed_miles_per_hour is not null" if measure == 'gust' else "false" }}
            as is_none_if_missing,
        observed_month
    from observations
    {{ "union all" if not loop.last }}
    {% endfor %}
),

{% endfor -%}
measured as (
    select * from falling_or_seen
    union all
    select * from blowing
)

select
    measured.weather_observation_id,
    measured.weather_measure,
    coalesce(
        classes.weather_class,
        case when measured.is_none_if_missing then 'none' else 'not_observed' end
    ) as weather_class,
    measured.observed_month
from measured
left join classes
    on
        measured.weather_measure = classes.weather_measure
        and measured.measured_value >= classes.class_from_value
        and measured.measured_value < classes.joined_below_value
