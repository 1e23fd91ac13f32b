-- Of the reports with one station, instant and text exactly one is kept, and the others are counted
-- as repeated.
select
    station_code,
    observed_at_utc,
    metar_text,
    count(*) as reports,
    count(case when set_aside_reason = 'repeated_report' then 1 end) as repeated_reports
from {{ ref('int_weather_reports') }}
where {{ in_untested_months('int_weather_reports') }}
group by station_code, observed_at_utc, metar_text
having count(*) - count(case when set_aside_reason = 'repeated_report' then 1 end) <> 1
