-- One row per measurement of an observed hour, judged by the seed of plausible ranges.

{% set measured = [] %}
{% for measurement in weather_measurements() %}
{% do measured.append({
    'measurement': "'" ~ measurement ~ "'",
    'measured_value': measurement,
    'where': measurement ~ ' is not null',
}) %}
{% endfor %}

with observations as (
    select * from {{ ref('int_weather_hours') }}
    where set_aside_reason is null
),

ranges as (
    select
        measurement,
        minimum,
        maximum
    from {{ ref('weather_plausible_ranges') }}
),

measurements as (
    {{ rows_from_each(
        'observations',
        kept=['airport_code', 'observed_hour_at_utc', 'observed_month'],
        rows=measured,
    ) }}
)

select
    measurements.airport_code,
    measurements.measurement,
    measurements.measured_value,
    measurements.measured_value between ranges.minimum and ranges.maximum as is_plausible,
    measurements.observed_hour_at_utc,
    measurements.observed_month
from measurements
left join ranges
    on measurements.measurement = ranges.measurement
