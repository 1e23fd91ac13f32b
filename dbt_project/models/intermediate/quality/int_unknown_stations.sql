-- Weather that belongs to no airport that is known: the stations of a month, and their reports.

with weather_reports as (
    select
        station_code,
        observed_month,
        set_aside_reason
    from {{ ref('int_weather_reports') }}
),

stations as (
    select
        station_code,
        observed_month as finding_month,
        count(*) as report_count
    from weather_reports
    where set_aside_reason = 'unknown_station'
    group by station_code, observed_month
),

ranked as (
    select
        stations.*,
        row_number() over (
            partition by finding_month order by report_count desc, station_code asc
        ) as station_rank
    from stations
)

select
    cast(count(*) as integer) as station_count,
    cast(sum(report_count) as integer) as report_count,
    concat(
        {{ joined_text('station_code', ', ', order_by='station_rank') }}
        filter (where station_rank <= {{ var('quality_named_examples') }}),
        case when count(*) > {{ var('quality_named_examples') }} then ' and others' else '' end
    ) as station_words,
    finding_month
from ranked
group by finding_month
