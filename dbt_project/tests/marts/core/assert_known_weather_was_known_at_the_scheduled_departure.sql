-- The weather that a flight knows is of its origin, was known at or before its scheduled departure,
-- and is not older than `known_weather_max_age_minutes`.
select
    flights.flight_id,
    flights.scheduled_departure_at_utc,
    flights.known_weather_observation_id,
    flights.known_weather_age_minutes,
    observations.airport_code,
    observations.known_at_utc
from {{ ref('fct_flights') }} as flights
left join {{ ref('fct_weather_observations') }} as observations
    on flights.known_weather_observation_id = observations.weather_observation_id
where
    {{ in_untested_months('fct_flights') }}
    and (
        flights.has_known_weather_match <> (flights.known_weather_observation_id is not null)
        or flights.has_known_weather_match <> (flights.known_weather_age_minutes is not null)
        or (
            flights.has_known_weather_match
            and (
                observations.weather_observation_id is null
                or observations.airport_code <> flights.origin_airport_code
                or observations.known_at_utc > flights.scheduled_departure_at_utc
                or flights.known_weather_age_minutes <> {{ minutes_between(
                    'observations.known_at_utc', 'flights.scheduled_departure_at_utc'
                ) }}
                or flights.known_weather_age_minutes > {{ var('known_weather_max_age_minutes') }}
                {% for measurement in [
                    'temperature_fahrenheit',
                    'wind_speed_miles_per_hour',
                    'precipitation_inches',
                    'visibility_miles',
                ] %}
                or flights.known_weather_{{ measurement }}
                is distinct from observations.{{ measurement }}
                {% endfor %}
            )
        )
    )
