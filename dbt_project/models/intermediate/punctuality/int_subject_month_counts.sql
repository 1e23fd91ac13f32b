-- The flights of each month by each subject that `mart_default_scope_shares` compares, counted
-- once, so that a span of months adds up from months.

{% set subjects = [] %}
{% for subject, code in {
    'network': "'all'",
    'carrier': 'carrier_code',
    'origin_airport': 'origin_airport_code',
    'destination_airport': 'destination_airport_code',
    'route': "concat(origin_airport_code, '-', destination_airport_code)",
    'departure_hour': 'departure_hour',
    'weekday': 'cast(iso_weekday as string)',
    'weekday_hour': "concat(iso_weekday, '-', departure_hour)",
}.items() %}
{% do subjects.append({'subject_type': "'" ~ subject ~ "'", 'subject_code': code}) %}
{% endfor %}
{{ config(
    materialized='monthly',
    tracked_elsewhere=['int_weather_observations'],
) }}

-- imported once for each time that it is read: a shared one would hold all its columns in memory
with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

flights_with_weather as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

dates as (
    select
        calendar_date,
        iso_weekday
    from {{ ref('dim_dates') }}
),

classes as (
    select * from {{ ref('int_weather_observation_classes') }}
    where {{ months_built('observed_month', 1, 1) }}
),

-- one pass over the flights for all subjects but the weather
counted_flights as (
    select
        flights.carrier_code,
        flights.origin_airport_code,
        flights.destination_airport_code,
        dates.iso_weekday,
        flights.flight_month,
        lpad(cast(flights.scheduled_departure_hour as string), 2, '0') as departure_hour,
        max(flights.flight_date) as last_flight_date,
        {{ share_counts() }}
    from flights
    inner join dates
        on flights.flight_date = dates.calendar_date
    group by
        flights.carrier_code,
        flights.origin_airport_code,
        flights.destination_airport_code,
        dates.iso_weekday,
        flights.flight_month,
        flights.scheduled_departure_hour
),

counted_subjects as (
    {{ rows_from_each(
        'counted_flights',
        kept=share_events().keys() | list + ['last_flight_date', 'flight_month'],
        rows=subjects,
    ) }}
)

select
    subject_type,
    subject_code,
    max(last_flight_date) as last_flight_date,
    {{ added_share_counts() }},
    flight_month
from counted_subjects
group by subject_type, subject_code, flight_month

union all

select
    classes.weather_measure as subject_type,
    classes.weather_class as subject_code,
    max(flights_with_weather.flight_date) as last_flight_date,
    {{ share_counts() }},
    flights_with_weather.flight_month
from flights_with_weather
inner join classes
    on flights_with_weather.hour_weather_observation_id = classes.weather_observation_id
where classes.weather_class <> 'not_observed'
group by classes.weather_measure, classes.weather_class, flights_with_weather.flight_month
