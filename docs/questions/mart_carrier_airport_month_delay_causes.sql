-- question: Which causes make flights late, and how many of the minutes of delay do they explain?
-- answer: The embedded data name no causes. Of 5,365,714 minutes of arrival delay, 5,010,922
-- belong to late arrivals with unreported causes. The other 354,792 are delays under 15 minutes,
-- which never have a cause. With BTS months loaded, the five causes replace the first bar.
-- chart: bars, label=part_of_the_delay, value=minutes, unit=minutes
with totals as (
    select
        sum(carrier_delay_minutes) as carrier,
        sum(weather_delay_minutes) as weather,
        sum(national_air_system_delay_minutes) as national_air_system,
        sum(security_delay_minutes) as security,
        sum(late_aircraft_delay_minutes) as late_aircraft,
        sum(unreported_late_delay_minutes) as late_without_a_cause,
        sum(unattributed_short_delay_minutes) as under_15_minutes
    from marts.mart_carrier_airport_month_delay_causes
    semi join marts.mart_source_coverage
        on flight_month between scope_first_month and scope_last_month
)

select
    replace(part, '_', ' ') as part_of_the_delay,
    minutes,
    round(100.0 * minutes / nullif(sum(minutes) over (), 0), 1) as percent
from totals
unpivot (minutes for part in (
    carrier, weather, national_air_system, security, late_aircraft, late_without_a_cause,
    under_15_minutes
))
order by
    minutes desc,
    part_of_the_delay;
