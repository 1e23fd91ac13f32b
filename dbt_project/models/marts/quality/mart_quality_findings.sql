-- Unusual values in the bad direction, and gaps in the sources; one row each, with a text.

with comparisons as (
    select * from {{ ref('mart_quality_comparisons') }}
),

source_findings as (
    select * from {{ ref('int_source_findings') }}
),

series_days as (
    select * from {{ ref('mart_series_day_measures') }}
),

series as (
    select
        series_type,
        series_code,
        max(flight_month) as last_month,
        max(max(flight_month)) over () as last_month_of_all
    from series_days
    group by series_type, series_code
),

reaches as (
    select
        check_name,
        source_name as series_code,
        'source' as series_type,
        concat('raw_', source_name, '.', table_name) as table_name,
        severity,
        missing_count,
        finding_text,
        finding_month
    from source_findings
    union all
    -- a carrier that stops, or whose rows are missing: once, for the month after its last
    select
        'series_ended' as check_name,
        series_code,
        series_type,
        'fct_flights' as table_name,
        'notice' as severity,
        {{ months_between('last_month', 'last_month_of_all') }} as missing_count,
        concat(
            'From ', substr(cast(last_month + interval 1 month as string), 1, 7),
            ', there is no flight ',
            case when series_type = 'carrier' then 'of carrier ' else 'from ' end,
            series_code, ', though there are of others.'
        ) as finding_text,
        cast(last_month + interval 1 month as date) as finding_month
    from series
    where last_month < last_month_of_all
),

checks as (
    {% for check in quality_checks() %}
    select
        '{{ check.name }}' as check_name,
        '{{ check.words }}' as check_words,
        '{{ check.bad }}' as bad_direction,
        {{ (check.of is none) | lower }} as is_count,
        {{ check.is_of_data | lower }} as is_of_data
    {{ "union all" if not loop.last }}
    {% endfor %}
),

judged as (
    select
        comparisons.*,
        checks.check_words,
        checks.is_count,
        checks.is_of_data,
        case checks.bad_direction
            when 'fewer' then -comparisons.robust_z
            when 'more' then comparisons.robust_z
            else abs(comparisons.robust_z)
        end as badness
    from comparisons
    inner join checks
        on comparisons.check_name = checks.check_name
    where
        abs(comparisons.observed - comparisons.expected)
        >= {{ var('quality_minimum_change') }}
        * case when checks.is_count then comparisons.expected else 1 end
),

unusual as (
    select
        judged.*,
        case
            -- holidays usually have a special schedule, but not a day without any flight
            when is_near_federal_holiday and is_count and observed > 0 then 'notice'
            -- a storm is an event of the day, not an error in the data
            when badness >= {{ var('quality_error_deviations') }} and is_of_data then 'error'
            when badness >= {{ var('quality_warning_deviations') }} then 'warning'
            else 'notice'
        end as severity,
        case series_type
            when 'all' then 'all flights'
            when 'carrier' then concat('carrier ', series_code)
            else concat('flights from ', series_code)
        end as series_words,
        case period_type
            when 'day' then concat('On ', period_date)
            else concat('In ', substr(cast(period_date as string), 1, 7))
        end as period_words,
        {% for value in ['observed', 'expected'] -%}
        case
            when is_count then {{ number_in_words(value) }}
            else concat({{ number_in_words('100 * ' ~ value, 1) }}, ' %')
        end as {{ value }}_words,
        {% endfor -%}
        case when is_near_federal_holiday then ' A federal holiday is near.' end as holiday_words
    from judged
    where badness >= {{ var('quality_notice_deviations') }}
),

findings as (
    select
        concat_ws('/', check_name, period_type, series_type, series_code, period_date)
            as finding_id,
        check_name,
        'fct_flights' as table_name,
        series_type,
        series_code,
        period_type,
        severity,
        concat(
            period_words, ', ', series_words, ': ', observed_words, ' ', check_words, ', where ',
            expected_words, ' were expected from ', compared_period_count, ' other ',
            case when period_type = 'day' then 'days of the same weekday' else 'months' end,
            ' (', {{ deviation_in_words('robust_z') }}, ').', coalesce(holiday_words, '')
        ) as finding_text,
        compared_period_count,
        observed,
        expected,
        robust_z,
        period_date,
        cast(date_trunc('month', period_date) as date) as period_month
    from unusual

    union all

    select
        concat_ws('/', check_name, 'month', series_type, series_code, table_name, finding_month)
            as finding_id,
        check_name,
        table_name,
        series_type,
        series_code,
        'month' as period_type,
        severity,
        finding_text,
        cast(null as integer) as compared_period_count,
        cast(missing_count as double) as observed,
        cast(0 as double) as expected,
        cast(null as double) as robust_z,
        finding_month as period_date,
        finding_month as period_month
    from reaches
)

select
    finding_id,
    {{ finding_event() }} as event_id,
    check_name,
    table_name,
    series_type,
    series_code,
    period_type,
    severity,
    finding_text,
    compared_period_count,
    observed,
    expected,
    robust_z,
    period_date,
    period_month
from findings
