-- The weather of the hour is the observation, if there is one, of the flight's origin and of the
-- hour in which it was scheduled to depart.
select
    flights.flight_id,
    flights.scheduled_departure_at_utc,
    flights.hour_weather_observation_id,
    observations.weather_observation_id
from {{ ref('fct_flights') }} as flights
left join {{ ref('fct_weather_observations') }} as observations
    on
        flights.origin_airport_code = observations.airport_code
        and date_trunc('hour', flights.scheduled_departure_at_utc)
        = observations.observed_hour_at_utc
where
    {{ in_untested_months('fct_flights') }}
    and (
        flights.hour_weather_observation_id is distinct from observations.weather_observation_id
        or flights.has_hour_weather_match <> (observations.weather_observation_id is not null)
        {% for measurement in [
            'temperature_fahrenheit',
            'wind_speed_miles_per_hour',
            'precipitation_inches',
            'visibility_miles',
        ] %}
        or flights.hour_weather_{{ measurement }}
        is distinct from observations.{{ measurement }}
        {% endfor %}
    )
