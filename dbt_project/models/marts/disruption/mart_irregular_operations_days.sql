-- How long recovery took is read from the hours of the scheduled departures: from the day's first
-- disrupted hour to the first after its last one from which departures are as punctual as usual.

-- The table is built by year: a day is recovered by hours of the next year at most.

{% set the_year_after = 363 %}
{% set read = [0, days_of_years(the_year_after)] %}
{{ config(
    materialized='monthly',
    months_written='year',
    month_column="cast(date_trunc('year', flight_date) as date)",
    days_read={'fct_flights': read, 'mart_airport_day_disruptions': read},
) }}
{% set run_hours = var('recovery_consecutive_hours') %}

with days as (
    select * from {{ ref('mart_airport_day_disruptions') }}
    where {{ months_of_years_built('flight_month', 0, the_year_after) }}
),

airports as (
    select * from {{ ref('dim_airports') }}
),

flights as (
    select * from {{ ref('fct_flights') }}
    where
        {{ months_of_years_built('flight_month', 0, the_year_after) }}
        and scheduled_departure_at_utc is not null
),

hours as (
    select
        origin_airport_code as airport_code,
        date_trunc('hour', scheduled_departure_at_utc) as hour_at_utc,
        date_trunc('hour', scheduled_departure_at_local) as hour_at_local,
        count(*) as scheduled_flights,
        count(*) filter (where {{ is_disrupted() }}) as disrupted_flights,
        {{ share_of('count(*) filter (where is_on_time_departure)', 'count(*)') }} as on_time_share
    from flights
    group by
        origin_airport_code,
        date_trunc('hour', scheduled_departure_at_utc),
        date_trunc('hour', scheduled_departure_at_local)
),

dated_hours as (
    select
        hours.*,
        cast(hour_at_local as date) as hour_date,
        extract(year from hour_at_local) as hour_year,
        extract(hour from hour_at_local) as clock_hour,
        100 * disrupted_flights
        >= {{ var('irregular_day_disrupted_percent') }} * scheduled_flights as is_disrupted_hour
    from hours
),

-- what three of four hours of regular days reach at this time of the day
usual_hours as (
    select
        dated_hours.airport_code,
        dated_hours.hour_year,
        dated_hours.clock_hour,
        percentile_disc({{ var('recovery_usual_percentile') }}) within group (
            order by dated_hours.on_time_share
        ) as usual_on_time_share
    from dated_hours
    inner join days
        on
            dated_hours.airport_code = days.airport_code
            and dated_hours.hour_date = days.flight_date
    where days.has_enough_flights and not days.is_irregular
    group by dated_hours.airport_code, dated_hours.hour_year, dated_hours.clock_hour
),

judged_hours as (
    select
        dated_hours.*,
        case
            when
                dated_hours.on_time_share >= usual_hours.usual_on_time_share
                and not dated_hours.is_disrupted_hour
                then 1
            else 0
        end as is_usual
    from dated_hours
    left join usual_hours
        on
            dated_hours.airport_code = usual_hours.airport_code
            and dated_hours.hour_year = usual_hours.hour_year
            and dated_hours.clock_hour = usual_hours.clock_hour
),

runs as (
    select
        judged_hours.*,
        sum(is_usual) over following_hours as usual_hours_from_here,
        max(hour_at_utc) over following_hours as run_ends_at_utc
    from judged_hours
    window
        following_hours as (
            partition by airport_code
            order by hour_at_utc
            rows between current row and {{ run_hours - 1 }} following
        )
),

recoveries as (
    select
        runs.*,
        min(
            case
                when
                    usual_hours_from_here = {{ run_hours }}
                    -- hours a whole day apart are not a run: data are missing
                    and run_ends_at_utc <= hour_at_utc + interval 1 day
                    then hour_at_utc
            end
        ) over (
            partition by airport_code
            order by hour_at_utc desc
            rows between unbounded preceding and current row
        ) as next_recovery_at_utc
    from runs
),

disruptions as (
    select
        airport_code,
        hour_date,
        cast(count(*) as integer) as disrupted_hours,
        min(hour_at_utc) as disruption_began_at_utc,
        -- the recovery after the last disrupted hour; null if none follows that one
        case
            when count(next_recovery_at_utc) = count(*) then max(next_recovery_at_utc)
        end as recovered_at_utc
    from recoveries
    where is_disrupted_hour
    group by airport_code, hour_date
),

measured as (
    select
        days.*,
        airports.time_zone_name,
        disruptions.disrupted_hours,
        disruptions.disruption_began_at_utc,
        case
            when
                disruptions.recovered_at_utc
                <= disruptions.disruption_began_at_utc
                + interval {{ var('recovery_max_days') }} day
                then disruptions.recovered_at_utc
        end as recovered_at_utc
    from days
    left join disruptions
        on
            days.airport_code = disruptions.airport_code
            and days.flight_date = disruptions.hour_date
    left join airports
        on days.airport_code = airports.airport_code
    where days.is_irregular and {{ months_of_years_built('days.flight_month') }}
)

select
    airport_code,
    severity,
    scheduled_flights,
    completed_flights,
    cancelled_flights,
    diverted_flights,
    never_departed_flights,
    unresolved_flights,
    long_delayed_flights,
    disrupted_flights,
    on_time_departures,
    {% for reason in ['carrier', 'weather', 'national_air_system', 'security'] %}
    cancelled_by_{{ reason }}_flights,
    {% endfor %}
    {% for cause in delay_causes() %}
    {{ cause }}_delay_minutes,
    {% endfor %}
    disrupted_share,
    usual_disrupted_share,
    disrupted_hours,
    cast({{ minutes_between('disruption_began_at_utc', 'recovered_at_utc') }} / 60 as integer)
        as recovery_hours,
    lowest_temperature_fahrenheit,
    highest_temperature_fahrenheit,
    highest_wind_speed_miles_per_hour,
    highest_wind_gust_miles_per_hour,
    total_precipitation_inches,
    lowest_visibility_miles,
    flight_date,
    flight_month,
    disruption_began_at_utc,
    {{ utc_to_local('disruption_began_at_utc', 'time_zone_name') }} as disruption_began_at_local,
    recovered_at_utc,
    {{ utc_to_local('recovered_at_utc', 'time_zone_name') }} as recovered_at_local
from measured
