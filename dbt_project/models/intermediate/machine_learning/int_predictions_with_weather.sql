-- Joins each prediction to the last weather that was known at its origin, unless that was too old.

with predictions as (
    select * from {{ ref('int_predictions_with_inbound_state') }}
),

observations as (
    select * from {{ ref('int_weather_trends') }}
),

-- the same rows again: a CTE that is read twice would be computed for every month
found_observations as (
    select * from {{ ref('int_weather_trends') }}
),

last_known as (
    {{ as_of_join(
        left_cte='predictions',
        right_cte='observations',
        entities=['flight_month', 'origin_airport_code'],
        left_time='prediction_at_utc',
        right_time='known_at_utc',
        left_columns=['*'],
        right_columns=['known_at_utc'],
    ) }}
),

fresh as (
    select
        last_known.*,
        case
            when
                {{ minutes_between('known_at_utc', 'prediction_at_utc') }}
                <= {{ var('known_weather_max_age_minutes') }}
                then known_at_utc
        end as weather_known_at_utc
    from last_known
)

select
    {% for measurement in weather_measurements() -%}
    found_observations.{{ measurement }} as known_weather_{{ measurement }},
    {% endfor -%}
    {% for trend in weather_trends() -%}
    found_observations.change_of_{{ trend }} as known_weather_change_of_{{ trend }},
    {% endfor -%}
    {{ minutes_between('fresh.weather_known_at_utc', 'fresh.prediction_at_utc') }}
        as known_weather_age_minutes,
    fresh.*
from fresh
left join found_observations
    on
        fresh.flight_month = found_observations.flight_month
        and fresh.origin_airport_code = found_observations.origin_airport_code
        and fresh.weather_known_at_utc = found_observations.known_at_utc
