-- Months in which airports with departures have no weather, though others do.

with airport_months as (
    select
        airport_code,
        scheduled_departures,
        flight_month
    from {{ ref('int_airport_month_flights') }}
),

observations as (
    select
        airport_code,
        observed_hour_at_utc
    from {{ ref('int_weather_observations') }}
),

weather_months as (
    select distinct
        airport_code,
        cast(date_trunc('month', observed_hour_at_utc) as date) as weather_month
    from observations
),

-- a month without any weather is a finding of its own
months_with_weather as (
    select distinct weather_month from weather_months
),

departures as (
    select
        airport_code,
        scheduled_departures as departure_count,
        flight_month as finding_month
    from airport_months
    where scheduled_departures > 0
),

without_weather as (
    select
        departures.*,
        row_number() over (
            partition by departures.finding_month
            order by departures.departure_count desc, departures.airport_code asc
        ) as airport_rank
    from departures
    inner join months_with_weather
        on departures.finding_month = months_with_weather.weather_month
    left join weather_months
        on
            departures.airport_code = weather_months.airport_code
            and departures.finding_month = weather_months.weather_month
    where weather_months.airport_code is null
)

select
    cast(count(*) as integer) as airport_count,
    cast(sum(departure_count) as integer) as departure_count,
    concat(
        {{ joined_text('airport_code', ', ', order_by='airport_rank') }}
        filter (where airport_rank <= {{ var('quality_named_examples') }}),
        case when count(*) > {{ var('quality_named_examples') }} then ' and others' else '' end
    ) as airport_words,
    finding_month
from without_weather
group by finding_month
