-- The method is the same for every series, without a threshold of its own for any: the macro
-- quality_checks defines what is compared, the vars `quality_...` how.

{# the weeks and the months with which a period is compared #}
{% set week_days = 7 * var('quality_window_weeks') %}
{% set days_before, days_after = days_of_months(var('quality_window_months')) %}
{% set days_before, days_after = [days_before, week_days] | max, [days_after, week_days] | max %}
{% set month = "cast(date_trunc('month', period_date) as date)" %}
{{ config(
    materialized='monthly',
    month_column=month,
    days_read={'mart_series_day_measures': [days_before, days_after]},
) }}

{% set points = [] %}
{% for check in quality_checks() %}
{% set exposure = check.of or 'day_count' %}
{% do points.append({
    'check_name': "'" ~ check.name ~ "'",
    'is_count': (check.of is none) | lower,
    'exposure': 'cast(' ~ exposure ~ ' as double)',
    'observed': share_of(check.count, exposure),
    'where': exposure ~ ' > 0 and series_type in ' ~ check.series,
}) %}
{% endfor %}

with days as (
    select * from {{ ref('mart_series_day_measures') }}
    where {{ months_built('flight_month', days_before, days_after) }}
),

periods as (
    select
        'day' as period_type,
        series_type,
        series_code,
        iso_weekday as season_number,
        1 as day_count,
        scheduled_flights,
        {% for name in quality_measures() -%}
        {{ name }},
        {% endfor -%}
        is_near_federal_holiday,
        flight_date as period_date,
        {{ add_days('flight_date', -week_days) }} as window_begin_date,
        {{ add_days('flight_date', week_days) }} as window_end_date
    from days

    union all

    select
        'month' as period_type,
        series_type,
        series_code,
        0 as season_number,
        count(*) as day_count,
        sum(scheduled_flights) as scheduled_flights,
        {% for name in quality_measures() -%}
        sum({{ name }}) as {{ name }},
        {% endfor -%}
        false as is_near_federal_holiday,
        flight_month as period_date,
        cast(flight_month - interval {{ var('quality_window_months') }} month as date)
            as window_begin_date,
        cast(flight_month + interval {{ var('quality_window_months') }} month as date)
            as window_end_date
    from days
    group by series_type, series_code, flight_month
),

neighbouring_points as (
    {{ rows_from_each(
        'periods',
        kept=[
            'period_type',
            'series_type',
            'series_code',
            'season_number',
            'is_near_federal_holiday',
            'period_date',
            'window_begin_date',
            'window_end_date',
        ],
        rows=points,
    ) }}
),

points as (
    select * from neighbouring_points
    where {{ months_built(month) }}
),

-- twice the root of a number of events has a standard deviation of 1 whatever the number is; a
-- neighbour's number is scaled to the length of the period
neighbours as (
    select
        points.check_name,
        points.period_type,
        points.series_type,
        points.series_code,
        points.period_date,
        case
            when points.is_count then 2 * sqrt(neighbours.observed * points.exposure)
            else neighbours.observed
        end as neighbour_value
    from points
    inner join neighbouring_points as neighbours
        on
            points.check_name = neighbours.check_name
            and points.period_type = neighbours.period_type
            and points.series_type = neighbours.series_type
            and points.series_code = neighbours.series_code
            and points.season_number = neighbours.season_number
            and neighbours.period_date between points.window_begin_date and points.window_end_date
            and points.period_date <> neighbours.period_date
),

histories as (
    select
        check_name,
        period_type,
        series_type,
        series_code,
        period_date,
        count(*) as compared_period_count,
        {{ interpolated_percentile(0.5, 'neighbour_value') }} as expected_value,
        {{ var('quality_sigma_per_median_deviation') }}
        * {{ median_deviation('neighbour_value') }} as historical_deviation
    from neighbours
    group by check_name, period_type, series_type, series_code, period_date
    having count(*) >= {{ var('quality_minimum_history') }}
),

-- the deviation that chance alone gives for that many events: without it, every change in a
-- constant history would be unusual. One event is added on either side, since an event that never
-- happened may still happen.
scored as (
    select
        points.*,
        histories.compared_period_count,
        case
            when points.is_count then 2 * sqrt(points.observed * points.exposure)
            else points.observed
        end - histories.expected_value as difference,
        greatest(
            histories.historical_deviation,
            case
                when points.is_count then 1
                else
                    sqrt(
                        (histories.expected_value * points.exposure + 1)
                        * ((1 - histories.expected_value) * points.exposure + 1)
                        / nullif(points.exposure + 2, 0)
                        / nullif(points.exposure + 2, 0)
                        / nullif(points.exposure, 0)
                    )
            end
        ) as usual_deviation,
        case
            when points.is_count
                then histories.expected_value * histories.expected_value / 4
            else histories.expected_value
        end as expected
    from points
    inner join histories
        on
            points.check_name = histories.check_name
            and points.period_type = histories.period_type
            and points.series_type = histories.series_type
            and points.series_code = histories.series_code
            and points.period_date = histories.period_date
)

select
    check_name,
    period_type,
    series_type,
    series_code,
    cast(compared_period_count as integer) as compared_period_count,
    observed * case when is_count then exposure else 1 end as observed,
    expected,
    difference / nullif(usual_deviation, 0) as robust_z,
    is_near_federal_holiday,
    period_date
from scored
