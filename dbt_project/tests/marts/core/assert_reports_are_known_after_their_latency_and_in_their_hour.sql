-- The report behind an observation was made in the observed hour, and is known
-- `weather_report_latency_minutes` later.
select
    weather_observation_id,
    observed_hour_at_utc,
    observed_at_utc,
    known_at_utc
from {{ ref('fct_weather_observations') }}
where
    source_system = 'weather'
    and {{ in_untested_months('fct_weather_observations') }}
    and (
        date_trunc('hour', observed_at_utc) is distinct from observed_hour_at_utc
        or {{ minutes_between('observed_at_utc', 'known_at_utc') }}
        is distinct from {{ var('weather_report_latency_minutes') }}
    )
