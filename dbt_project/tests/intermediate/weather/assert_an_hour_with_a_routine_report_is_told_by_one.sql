-- An hour of an airport in which a routine report was made is told by a routine report.
with reports as (

    select
        airport_code,
        observed_hour_at_utc,
        set_aside_reason,
        is_routine_report
    from {{ ref('int_weather_reports') }}
    where airport_code is not null and {{ in_untested_months('int_weather_reports') }}

)

select
    airport_code,
    observed_hour_at_utc
from reports
group by airport_code, observed_hour_at_utc
having
    max(case when is_routine_report then 1 else 0 end)
    <> max(case when set_aside_reason is null and is_routine_report then 1 else 0 end)
