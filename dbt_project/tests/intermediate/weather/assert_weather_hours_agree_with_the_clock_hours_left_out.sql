-- The local hour of every observation is the year, month, day and hour that its source printed.
select
    observations.weather_observation_id,
    observations.observed_hour_at_local,
    raw_weather.year,
    raw_weather.month,
    raw_weather.day,
    raw_weather.hour
from {{ ref('int_weather_observations') }} as observations
inner join {{ source('nycflights13', 'weather') }} as raw_weather
    on
        observations._source_file = raw_weather._source_file
        and observations._source_row_number = raw_weather._source_row_number
where
    observations.source_system = 'nycflights13'
    and (
        extract(year from observations.observed_hour_at_local)
        is distinct from cast(raw_weather.year as integer)
        or extract(month from observations.observed_hour_at_local)
        is distinct from cast(raw_weather.month as integer)
        or extract(day from observations.observed_hour_at_local)
        is distinct from cast(raw_weather.day as integer)
        or extract(hour from observations.observed_hour_at_local)
        is distinct from cast(raw_weather.hour as integer)
    )
