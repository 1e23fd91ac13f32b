{{ config(
    materialized='monthly',
    latest_months=var('feature_months'),
    tracked_elsewhere=['int_weather_observations'],
    columns_by_month={'data_split': 'int_data_splits'},
) }}

with predictions as (
    select * from {{ ref('int_predictions_with_history') }}
    where {{ months_built('flight_month') }}
),

states as (
    select * from {{ ref('int_predictions_with_destination_state') }}
    where {{ months_built('flight_month') }}
),

flight_numbers as (
    select * from {{ ref('int_flight_number_history') }}
    where {{ months_built('flight_month') }}
),

flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

splits as (
    select * from {{ ref('int_data_splits') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
)

select
    predictions.flight_id,
    predictions.prediction_horizon,
    flights.origin_airport_code,
    flights.destination_airport_code,

    flights.carrier_code,
    splits.data_split,

    flights.scheduled_departure_hour,
    cast(
        60 * extract(hour from flights.scheduled_departure_at_local)
        + extract(minute from flights.scheduled_departure_at_local) as integer
    ) as scheduled_departure_minute_of_day,
    cast(extract(hour from flights.scheduled_arrival_at_local) as integer)
        as scheduled_arrival_hour,
    flights.scheduled_block_minutes,
    flights.distance_miles,
    dates.iso_weekday,
    dates.days_since_previous_federal_holiday,
    dates.days_until_next_federal_holiday,

    {% for subject in ['route', 'carrier', 'airport'] -%}
    {%- set history = subject ~ '_history' -%}
    predictions.{{ history }}_arrived_flights,
    predictions.{{ history }}_late_arrived_flights,
    predictions.{{ history }}_net_arrival_delay_minutes,
    predictions.{{ history }}_resolved_flights,
    predictions.{{ history }}_not_departed_flights,
    {{ share_of(
        'predictions.' ~ history ~ '_late_arrived_flights',
        'predictions.' ~ history ~ '_arrived_flights'
    ) }} as {{ history }}_late_share,
    {{ share_of(
        'predictions.' ~ history ~ '_net_arrival_delay_minutes',
        'predictions.' ~ history ~ '_arrived_flights'
    ) }} as {{ history }}_mean_arrival_delay_minutes,
    {{ share_of(
        'predictions.' ~ history ~ '_not_departed_flights',
        'predictions.' ~ history ~ '_resolved_flights'
    ) }} as {{ history }}_not_departed_share,
    {% endfor %}
    coalesce(predictions.recent_due_flights, 0) as recent_due_flights,
    coalesce(predictions.recent_departed_flights, 0) as recent_departed_flights,
    coalesce(predictions.recent_late_departed_flights, 0) as recent_late_departed_flights,
    coalesce(predictions.recent_net_departure_delay_minutes, 0)
        as recent_net_departure_delay_minutes,
    coalesce(predictions.recent_overdue_flights, 0) as recent_overdue_flights,
    coalesce(predictions.upcoming_flights, 0) as upcoming_flights,
    {{ share_of(
        'predictions.recent_late_departed_flights', 'predictions.recent_departed_flights'
    ) }} as recent_late_departure_share,
    {{ share_of(
        'predictions.recent_net_departure_delay_minutes', 'predictions.recent_departed_flights'
    ) }} as recent_mean_departure_delay_minutes,

    {% for count in [
        'carrier_recent_overdue_flights',
        'carrier_recent_departed_flights',
        'carrier_recent_late_departed_flights',
        'carrier_recent_net_departure_delay_minutes',
        'destination_recent_arrived_flights',
        'destination_recent_late_arrived_flights',
        'destination_recent_net_arrival_delay_minutes',
    ] -%}
    coalesce(states.{{ count }}, 0) as {{ count }},
    {% endfor -%}
    {{ share_of(
        'states.carrier_recent_late_departed_flights', 'states.carrier_recent_departed_flights'
    ) }} as carrier_recent_late_departure_share,
    {{ share_of(
        'states.carrier_recent_net_departure_delay_minutes',
        'states.carrier_recent_departed_flights'
    ) }} as carrier_recent_mean_departure_delay_minutes,
    {{ share_of(
        'states.destination_recent_late_arrived_flights',
        'states.destination_recent_arrived_flights'
    ) }} as destination_recent_late_share,
    {{ share_of(
        'states.destination_recent_net_arrival_delay_minutes',
        'states.destination_recent_arrived_flights'
    ) }} as destination_recent_mean_arrival_delay_minutes,

    flight_numbers.flight_number_history_arrived_flights,
    flight_numbers.flight_number_history_late_arrived_flights,
    flight_numbers.flight_number_history_net_arrival_delay_minutes,
    flight_numbers.flight_number_history_late_share,
    flight_numbers.flight_number_history_mean_arrival_delay_minutes,

    nullif(predictions.inbound_due_flights, 0) as inbound_due_flights,
    case when predictions.inbound_due_flights > 0 then predictions.inbound_departed_flights end
        as inbound_departed_flights,
    case when predictions.inbound_due_flights > 0 then predictions.inbound_late_departed_flights end
        as inbound_late_departed_flights,
    {{ share_of(
        'predictions.inbound_net_departure_delay_minutes', 'predictions.inbound_departed_flights'
    ) }} as inbound_mean_departure_delay_minutes,
    nullif(predictions.inbound_arrived_flights, 0) as inbound_arrived_flights,
    case
        when predictions.inbound_arrived_flights > 0 then predictions.inbound_late_arrived_flights
    end as inbound_late_arrived_flights,
    {{ share_of(
        'predictions.inbound_net_arrival_delay_minutes', 'predictions.inbound_arrived_flights'
    ) }} as inbound_mean_arrival_delay_minutes,

    predictions.known_weather_age_minutes,
    {% for measurement in weather_measurements() -%}
    predictions.known_weather_{{ measurement }},
    {% endfor -%}
    {% for trend in weather_trends() -%}
    predictions.known_weather_change_of_{{ trend }},
    {% endfor %}
    case when flights.is_completed then flights.arrival_delay_minutes end as arrival_delay_minutes,

    dates.is_weekend,
    dates.is_federal_holiday,
    dates.is_near_federal_holiday,
    case
        when flights.is_completed and flights.arrival_delay_minutes is not null
            then not flights.is_on_time_arrival
    end as is_late_arrival,
    flights.is_cancelled,
    flights.is_cancelled or flights.is_never_departed as is_cancelled_or_never_departed,

    flights.flight_date,
    flights.flight_month,

    predictions.prediction_at_utc,
    flights.scheduled_departure_at_utc,
    predictions.route_history_known_at_utc,
    predictions.carrier_history_known_at_utc,
    predictions.airport_history_known_at_utc,
    case when predictions.recent_departed_flights > 0 then predictions.last_departure_at_utc end
        as recent_known_at_utc,
    states.carrier_recent_known_at_utc,
    states.destination_recent_known_at_utc,
    flight_numbers.flight_number_history_known_at_utc,
    case
        when predictions.inbound_departed_flights > 0
            then predictions.last_inbound_departure_at_utc
    end as inbound_departures_known_at_utc,
    case
        when predictions.inbound_arrived_flights > 0 then predictions.last_inbound_arrival_at_utc
    end as inbound_arrivals_known_at_utc,
    predictions.weather_known_at_utc
from predictions
inner join flights
    on
        predictions.flight_month = flights.flight_month
        and predictions.flight_id = flights.flight_id
inner join states
    on
        predictions.flight_month = states.flight_month
        and predictions.flight_id = states.flight_id
        and predictions.prediction_horizon = states.prediction_horizon
inner join flight_numbers
    on
        states.flight_month = flight_numbers.flight_month
        and states.flight_number_route_code = flight_numbers.flight_number_route_code
        and states.prediction_utc_date = flight_numbers.history_date
inner join dates
    on flights.flight_date = dates.calendar_date
inner join splits
    on flights.flight_month = splits.flight_month
