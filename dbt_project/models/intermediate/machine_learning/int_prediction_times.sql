-- When each flight is predicted: some hours before its scheduled departure, and on the evening
-- before.

{{ config(materialized='table') }}

with flights as (
    select * from {{ ref('int_flight_events') }}
),

two_hours_before as (
    select
        flights.*,
        'two_hours_before' as prediction_horizon,
        {{ add_minutes(
            'scheduled_departure_at_utc', -60 * var('prediction_hours_before_departure')
        ) }} as prediction_at_utc
    from flights
),

evening_before as (
    select
        flights.*,
        'evening_before' as prediction_horizon,
        {{ local_to_utc(
            add_minutes(
                'cast(' ~ add_days('flight_date', -1) ~ ' as timestamp)',
                60 * var('prediction_evening_hour')
            ),
            'origin_time_zone_name'
        ) }} as prediction_at_utc
    from flights
    where origin_time_zone_name is not null
),

predictions as (
    select * from two_hours_before
    union all
    select * from evening_before
)

select
    flight_id,
    prediction_horizon,
    carrier_code,
    origin_airport_code,
    route_code,
    carrier_origin_code,
    cast(prediction_at_utc as date) as prediction_utc_date,
    prediction_at_utc
from predictions
