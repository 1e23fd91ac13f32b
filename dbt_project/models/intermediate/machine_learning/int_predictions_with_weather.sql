-- Joins each prediction to the last weather that was known at its origin, unless that was too old.

with predictions as (
    select * from {{ ref('int_predictions_with_inbound_state') }}
),

observations as (
    select * from {{ ref('int_weather_trends') }}
),

last_known as (
    {{ as_of_join(
        left_cte='predictions',
        right_cte='observations',
        entities=['origin_airport_code'],
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
    observations.{{ measurement }} as known_weather_{{ measurement }},
    {% endfor -%}
    {% for trend in weather_trends() -%}
    observations.change_of_{{ trend }} as known_weather_change_of_{{ trend }},
    {% endfor -%}
    {{ minutes_between('fresh.weather_known_at_utc', 'fresh.prediction_at_utc') }}
        as known_weather_age_minutes,
    fresh.*
from fresh
left join observations
    on
        fresh.origin_airport_code = observations.origin_airport_code
        and fresh.weather_known_at_utc = observations.known_at_utc
