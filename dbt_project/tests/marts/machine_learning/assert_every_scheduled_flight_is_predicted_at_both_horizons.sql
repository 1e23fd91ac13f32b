-- In the months with features, every flight that has a scheduled instant and an origin with a time
-- zone is predicted twice, and its targets are what became of it.
with flights as (
    select
        flights.flight_id,
        flights.flight_state,
        flights.arrival_delay_minutes
    from {{ ref('fct_flights') }} as flights
    inner join {{ ref('dim_airports') }} as airports
        on flights.origin_airport_code = airports.airport_code
    where
        flights.scheduled_departure_at_utc is not null
        and airports.time_zone_name is not null
        and flights.flight_month in (
            select months.flight_month from {{ ref('int_data_splits') }} as months
        )
        and {{ in_untested_months('ml_arrival_delay_features') }}
),

predicted as (
    select
        flight_id,
        count(*) filter (where prediction_horizon = 'two_hours_before') as before_departure,
        count(*) filter (where prediction_horizon = 'evening_before') as evening_before,
        count(*) filter (where is_late_arrival) as late,
        count(*) filter (where is_late_arrival is null) as unlabelled,
        count(*) filter (where is_cancelled_or_never_departed) as not_operated
    from {{ ref('ml_arrival_delay_features') }}
    where {{ in_untested_months('ml_arrival_delay_features') }}
    group by flight_id
)

select
    flights.flight_id,
    flights.flight_state,
    flights.arrival_delay_minutes,
    predicted.late,
    predicted.unlabelled,
    predicted.not_operated
from flights
left join predicted
    on flights.flight_id = predicted.flight_id
where
    coalesce(predicted.before_departure, 0) <> 1
    or coalesce(predicted.evening_before, 0) <> 1
    or (predicted.late = 2) <> (
        flights.flight_state = 'completed'
        and coalesce(flights.arrival_delay_minutes >= {{ var('on_time_threshold_minutes') }}, false)
    )
    or (predicted.unlabelled = 2) <> (
        flights.flight_state <> 'completed' or flights.arrival_delay_minutes is null
    )
    or (predicted.not_operated = 2) <> (flights.flight_state in ('cancelled', 'never_departed'))
