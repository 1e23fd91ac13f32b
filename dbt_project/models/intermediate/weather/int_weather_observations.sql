-- One row per airport and hour, without impossible measurements, and the instant from which the row
-- could be known. Each month of flights also needs some weather of the months around it: the
-- observations near the ends of a month name the neighbour that needs them.

{{ config(materialized='monthly', month_column='observed_month') }}

{% set days_before, days_after = weather_margin_days() %}

with observations as (
    select * from {{ ref('int_weather_hours') }}
    where set_aside_reason is null and {{ months_built('observed_month') }}
),

plausible_ranges as (
    select * from {{ ref('weather_plausible_ranges') }}
),

airports as (
    select
        airport_code,
        time_zone_name
    from {{ ref('int_airports') }}
),

ranges as (
    select
    {% for measurement in weather_measurements() -%}
        max(minimum) filter (where measurement = '{{ measurement }}') as {{ measurement }}_minimum,
        max(maximum) filter (where measurement = '{{ measurement }}') as {{ measurement }}_maximum
        {{- "," if not loop.last }}
    {% endfor %}
    from plausible_ranges
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
        observations.has_trace_precipitation,
        observations.is_routine_report,
        observations.observed_hour_at_utc,
        observations.observed_at_utc,
        observations.known_at_utc,
        observations.observed_month,
        observations._source_file,
        observations._source_row_number,
        observations._dlt_load_id
    from observations
    cross join ranges
)

select
    concat(
        plausible.airport_code, '-',
        replace(cast(date_trunc('hour', plausible.observed_hour_at_utc) as string), ' ', 'T'), 'Z'
    ) as weather_observation_id,
    plausible.*,
    case
        when
            plausible.observed_hour_at_utc
            >= plausible.observed_month + interval 1 month - interval {{ days_before }} day
            then cast(plausible.observed_month + interval 1 month as date)
        when
            plausible.observed_hour_at_utc
            < plausible.observed_month + interval {{ days_after }} day
            then cast(plausible.observed_month - interval 1 month as date)
    end as neighbour_month,
    {{ utc_to_local('plausible.observed_hour_at_utc', 'airports.time_zone_name') }}
        as observed_hour_at_local
from plausible
left join airports
    on plausible.airport_code = airports.airport_code
