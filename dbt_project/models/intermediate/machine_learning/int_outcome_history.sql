-- What was known, when a UTC day began, of the flights of a route, a carrier and an airport in the
-- days before: a flight counts on the UTC day on which its outcome became known, and only whole
-- days are counted, so the day of the prediction itself is excluded. Each month has the days on
-- which its flights are predicted.

-- a flight is predicted from the day before its date on, and its outcome known some days after it
{% set days = days_of_hours(var('non_departure_known_after_hours')) %}
{% set days_before = var('history_days') + 1 + var('state_departure_delay_days') + days %}
{% set days_after = 2 %}
{{ config(
    materialized='monthly',
    latest_months=var('feature_months'),
    days_read={'fct_flights': [days_before, days_after]},
) }}

{% set counts = [
    'arrived_flights',
    'late_arrived_flights',
    'net_arrival_delay_minutes',
    'resolved_flights',
    'not_departed_flights',
] %}
{% set subjects = [
    {'history_subject': "'route'", 'subject_code': 'route_code'},
    {'history_subject': "'carrier'", 'subject_code': 'carrier_code'},
    {'history_subject': "'airport'", 'subject_code': 'origin_airport_code'},
] %}

with scheduled as (
    select * from {{ ref('int_flight_events') }}
    where {{ months_built('flight_month', days_before, days_after) }}
),

predictions as (
    select * from {{ ref('int_prediction_times') }}
    where {{ months_built('flight_month') }}
),

{{ flights_around_months('scheduled', days_before, days_after) }},

outcomes as (
    select
        built_month,
        route_code,
        carrier_code,
        origin_airport_code,
        cast(arrival_at_utc as date) as history_date,
        count(*) as arrived_flights,
        count(*) filter (where is_late_arrival) as late_arrived_flights,
        sum(arrival_delay_minutes) as net_arrival_delay_minutes,
        0 as resolved_flights,
        0 as not_departed_flights,
        max(arrival_at_utc) as known_at_utc,
        false as is_predicted
    from nearby_flights
    where arrival_at_utc is not null and arrival_delay_minutes is not null
    group by
        built_month, route_code, carrier_code, origin_airport_code, cast(arrival_at_utc as date)
    union all
    select
        built_month,
        route_code,
        carrier_code,
        origin_airport_code,
        cast(departure_resolved_at_utc as date) as history_date,
        0 as arrived_flights,
        0 as late_arrived_flights,
        0 as net_arrival_delay_minutes,
        count(*) as resolved_flights,
        count(*) filter (where is_not_departed_when_resolved) as not_departed_flights,
        max(departure_resolved_at_utc) as known_at_utc,
        false as is_predicted
    from nearby_flights
    group by
        built_month,
        route_code,
        carrier_code,
        origin_airport_code,
        cast(departure_resolved_at_utc as date)
    -- days on which a flight is predicted need a row, whether anything became known on them or not
    union all
    select distinct
        flight_month as built_month,
        route_code,
        carrier_code,
        origin_airport_code,
        prediction_utc_date as history_date,
        0 as arrived_flights,
        0 as late_arrived_flights,
        0 as net_arrival_delay_minutes,
        0 as resolved_flights,
        0 as not_departed_flights,
        cast(null as timestamp) as known_at_utc,
        true as is_predicted
    from predictions
),

subject_outcomes as (
    {{ rows_from_each(
        'outcomes',
        kept=['built_month', 'history_date'] + counts + ['known_at_utc', 'is_predicted'],
        rows=subjects,
    ) }}
),

daily as (
    select
        built_month,
        history_subject,
        subject_code,
        history_date,
        {{ days_between("date '1970-01-01'", 'history_date') }} as day_number,
        {% for count in counts -%}
        cast(sum({{ count }}) as integer) as {{ count }},
        {% endfor -%}
        max(known_at_utc) as known_at_utc,
        bool_or(is_predicted) as is_predicted
    from subject_outcomes
    group by built_month, history_subject, subject_code, history_date
),

histories as (
    select
        built_month,
        history_subject,
        subject_code,
        {% for count in counts -%}
        cast(coalesce(sum({{ count }}) over trailing_days, 0) as integer) as {{ count }},
        {% endfor -%}
        history_date,
        max(known_at_utc) over trailing_days as known_at_utc,
        is_predicted
    from daily
    window
        trailing_days as (
            partition by built_month, history_subject, subject_code
            order by day_number
            range between {{ var('history_days') }} preceding and 1 preceding
        )
)

select
    history_subject,
    subject_code,
    {% for count in counts -%}
    {{ count }},
    {% endfor -%}
    history_date,
    built_month as flight_month,
    known_at_utc
from histories
where is_predicted
