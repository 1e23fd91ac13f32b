-- A day on which a series has no flight also has a row, because missing days must be visible.

{% set counts = quality_measures().keys() | list + ['flights_without_known_carrier'] %}

with grouped as (
    select * from {{ ref('int_flight_day_counts') }}
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

series as (
    {% for series_type, series_code in [
        ('all', "'all'"), ('carrier', 'carrier_code'), ('origin_airport', 'origin_airport_code'),
    ] %}
    select
        '{{ series_type }}' as series_type,
        {{ series_code }} as series_code,
        flight_date,
        flight_month,
        {% for name in counts -%}
        sum({{ name }}) as {{ name }},
        {% endfor -%}
        sum(scheduled_flights) as scheduled_flights
    from counted
    group by {{ series_code ~ ", " if series_type != 'all' }}flight_date, flight_month
    {{ "union all" if not loop.last }}
    {% endfor %}
),

months as (
    select distinct flight_month from counted
),

lives as (
    select
        series_type,
        series_code,
        min(flight_month) as first_month,
        max(flight_month) as last_month
    from series
    group by series_type, series_code
),

-- every day of the loaded months of a series, from its first to its last
days as (
    select
        lives.series_type,
        lives.series_code,
        dates.iso_weekday,
        dates.is_near_federal_holiday,
        dates.calendar_date as flight_date,
        months.flight_month
    from lives
    inner join months
        on months.flight_month between lives.first_month and lives.last_month
    inner join dates
        on months.flight_month = cast(date_trunc('month', dates.calendar_date) as date)
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
