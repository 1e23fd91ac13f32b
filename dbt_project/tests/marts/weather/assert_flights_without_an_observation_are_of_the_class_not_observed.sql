-- By every measure, the class `not_observed` of an airport holds as many flights as have no
-- observation of the hour, or none with this measurement: month by month, and in all months.
{% set months = in_untested_months('fct_flights') ~ " or "
    ~ in_untested_months('int_weather_class_month_delays') %}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months }}
),

observations as (
    select * from {{ ref('fct_weather_observations') }}
),

observed_flights as (
    select
        flights.origin_airport_code,
        flights.flight_month,
        observations.precipitation_inches as precipitation,
        observations.visibility_miles as visibility,
        observations.wind_speed_miles_per_hour as wind,
        coalesce(observations.wind_gust_miles_per_hour, observations.wind_speed_miles_per_hour)
            as gust
    from flights
    left join observations
        on flights.hour_weather_observation_id = observations.weather_observation_id
),

not_observed as (
    {% for measure in ['precipitation', 'visibility', 'wind', 'gust'] %}
    select
        origin_airport_code,
        flight_month,
        '{{ measure }}' as weather_measure,
        count(*) as flight_count
    from observed_flights
    where {{ measure }} is null
    group by origin_airport_code, flight_month
    {{ "union all" if not loop.last }}
    {% endfor %}
),

counted as (
    select
        origin_airport_code,
        flight_month,
        weather_measure,
        flights as scheduled_flights
    from {{ ref('int_weather_class_month_delays') }}
    where
        weather_class = 'not_observed'
        and flight_kind = 'scheduled_flights'
),

counted_months as (
    select * from counted
    where {{ months }}
),

punctuality as (
    select
        origin_airport_code,
        weather_measure,
        scheduled_flights
    from {{ ref('mart_weather_class_punctuality') }}
    where weather_class = 'not_observed'
),

counted_of_all_months as (
    select
        origin_airport_code,
        weather_measure,
        sum(scheduled_flights) as scheduled_flights
    from counted
    group by origin_airport_code, weather_measure
)

select
    coalesce(counted_months.origin_airport_code, not_observed.origin_airport_code) as airport_code,
    coalesce(counted_months.weather_measure, not_observed.weather_measure) as weather_measure,
    coalesce(counted_months.flight_month, not_observed.flight_month) as flight_month,
    counted_months.scheduled_flights,
    not_observed.flight_count
from counted_months
full join not_observed
    on
        counted_months.origin_airport_code = not_observed.origin_airport_code
        and counted_months.weather_measure = not_observed.weather_measure
        and counted_months.flight_month = not_observed.flight_month
where counted_months.scheduled_flights is distinct from not_observed.flight_count

union all

select
    coalesce(added.origin_airport_code, punctuality.origin_airport_code) as airport_code,
    coalesce(added.weather_measure, punctuality.weather_measure) as weather_measure,
    cast(null as date) as flight_month,
    punctuality.scheduled_flights,
    added.scheduled_flights as flight_count
from counted_of_all_months as added
full join punctuality
    on
        added.origin_airport_code = punctuality.origin_airport_code
        and added.weather_measure = punctuality.weather_measure
where added.scheduled_flights is distinct from punctuality.scheduled_flights
