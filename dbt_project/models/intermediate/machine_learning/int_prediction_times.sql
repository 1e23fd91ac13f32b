-- When each flight is predicted: some hours before its scheduled departure, and on the evening
-- before.

with flights as (
    select * from {{ ref('int_flight_events') }}
),

horizons as (
    select 'two_hours_before' as prediction_horizon
    union all
    select 'evening_before' as prediction_horizon
),

-- one reading of the flights: a CTE that is read twice would be computed for every month
predictions as (
    select
        flights.*,
        horizons.prediction_horizon,
        case horizons.prediction_horizon
            when 'two_hours_before'
                then {{ add_minutes(
                    'flights.scheduled_departure_at_utc',
                    -60 * var('prediction_hours_before_departure')
                ) }}
            else {{ local_to_utc(
                add_minutes(
                    'cast(' ~ add_days('flights.flight_date', -1) ~ ' as timestamp)',
                    60 * var('prediction_evening_hour')
                ),
                'flights.origin_time_zone_name'
            ) }}
        end as prediction_at_utc
    from flights
    inner join horizons
        on
            horizons.prediction_horizon = 'two_hours_before'
            or flights.origin_time_zone_name is not null
)

select
    flight_id,
    prediction_horizon,
    carrier_code,
    origin_airport_code,
    destination_airport_code,
    route_code,
    carrier_origin_code,
    flight_number_route_code,
    flight_month,
    cast(prediction_at_utc as date) as prediction_utc_date,
    prediction_at_utc
from predictions
