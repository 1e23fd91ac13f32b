-- Joins each prediction to the history of its route, its carrier and its origin, as it was known
-- when the UTC day of the prediction began.

with predictions as (
    select * from {{ ref('int_predictions_with_weather') }}
),

history as (
    select * from {{ ref('int_outcome_history') }}
)

select
    {% for subject in ['route', 'carrier', 'airport'] -%}
    {{ subject }}_history.arrived_flights as {{ subject }}_history_arrived_flights,
    {{ subject }}_history.late_arrived_flights as {{ subject }}_history_late_arrived_flights,
    {{ subject }}_history.net_arrival_delay_minutes
        as {{ subject }}_history_net_arrival_delay_minutes,
    {{ subject }}_history.resolved_flights as {{ subject }}_history_resolved_flights,
    {{ subject }}_history.not_departed_flights as {{ subject }}_history_not_departed_flights,
    {{ subject }}_history.known_at_utc as {{ subject }}_history_known_at_utc,
    {% endfor -%}
    predictions.*
from predictions
{% for subject, subject_code in {
    'route': 'route_code',
    'carrier': 'carrier_code',
    'airport': 'origin_airport_code',
}.items() -%}
left join history as {{ subject }}_history
    on
        predictions.flight_month = {{ subject }}_history.flight_month
        and {{ subject }}_history.history_subject = '{{ subject }}'
        and predictions.{{ subject_code }} = {{ subject }}_history.subject_code
        and predictions.prediction_utc_date = {{ subject }}_history.history_date
{% endfor %}
