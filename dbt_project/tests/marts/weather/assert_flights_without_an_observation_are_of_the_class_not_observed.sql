-- By every measure, the class `not_observed` of an airport holds as many flights as have no
-- observation of the hour, or none with this measurement.
with flights as (
    select * from {{ ref('fct_flights') }}
),

observations as (
    select * from {{ ref('fct_weather_observations') }}
),

not_observed as (
    {% for measure, value in {
        'precipitation': 'precipitation_inches',
        'visibility': 'visibility_miles',
        'wind': 'wind_speed_miles_per_hour',
        'gust': 'coalesce(wind_gust_miles_per_hour, wind_speed_miles_per_hour)',
    }.items() %}
    select
        flights.origin_airport_code,
        '{{ measure }}' as weather_measure,
        count(*) as flight_count
    from flights
    left join observations
        on flights.hour_weather_observation_id = observations.weather_observation_id
    where {{ value }} is null
    group by flights.origin_airport_code
    {{ "union all" if not loop.last }}
    {% endfor %}
),

counted as (
    select
        origin_airport_code,
        weather_measure,
        scheduled_flights
    from {{ ref('mart_weather_class_punctuality') }}
    where weather_class = 'not_observed'
)

select
    coalesce(counted.origin_airport_code, not_observed.origin_airport_code) as airport_code,
    coalesce(counted.weather_measure, not_observed.weather_measure) as weather_measure,
    counted.scheduled_flights,
    not_observed.flight_count
from counted
full join not_observed
    on
        counted.origin_airport_code = not_observed.origin_airport_code
        and counted.weather_measure = not_observed.weather_measure
where counted.scheduled_flights is distinct from not_observed.flight_count
