-- A day on which a series has no flight also has a row, because missing days must be visible.

{{ config(materialized='monthly', content_read=['int_series_months']) }}

{% set counts = quality_measures().keys() | list + ['flights_without_known_carrier'] %}

{% set series_rows = [] %}
{% for series_type, series_code in quality_series().items() %}
{% do series_rows.append({'series_type': "'" ~ series_type ~ "'", 'series_code': series_code}) %}
{% endfor %}

with grouped as (
    select * from {{ ref('int_flight_day_counts') }}
    where {{ months_built('flight_month') }}
),

-- from the first month of a series to its last
series_months as (
    select * from {{ ref('int_series_months') }}
    where {{ months_built('flight_month') }}
),

dates as (
    select
        calendar_date,
        iso_weekday,
        is_near_federal_holiday
    from {{ ref('dim_dates') }}
),

carriers as (
    select
        carrier_key,
        is_in_reference
    from {{ ref('dim_carriers') }}
),

counted as (
    select
        grouped.*,
        case when carriers.is_in_reference then 0 else grouped.scheduled_flights end
            as flights_without_known_carrier
    from grouped
    left join carriers
        on grouped.carrier_key = carriers.carrier_key
),

counted_series as (
    {{ rows_from_each(
        'counted',
        kept=counts + ['scheduled_flights', 'flight_date', 'flight_month'],
        rows=series_rows,
    ) }}
),

series as (
    select
        series_type,
        series_code,
        flight_date,
        flight_month,
        {% for name in counts -%}
        sum({{ name }}) as {{ name }},
        {% endfor -%}
        sum(scheduled_flights) as scheduled_flights
    from counted_series
    group by series_type, series_code, flight_date, flight_month
),

days as (
    select
        series_months.series_type,
        series_months.series_code,
        dates.iso_weekday,
        dates.is_near_federal_holiday,
        dates.calendar_date as flight_date,
        series_months.flight_month
    from series_months
    inner join dates
        on series_months.flight_month = cast(date_trunc('month', dates.calendar_date) as date)
)

select
    days.series_type,
    days.series_code,
    days.iso_weekday,
    cast(coalesce(series.scheduled_flights, 0) as integer) as scheduled_flights,
    {% for name in counts -%}
    cast(coalesce(series.{{ name }}, 0) as integer) as {{ name }},
    {% endfor -%}
    days.is_near_federal_holiday,
    days.flight_date,
    days.flight_month
from days
left join series
    on
        days.series_type = series.series_type
        and days.series_code = series.series_code
        and days.flight_date = series.flight_date
