{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where
        {{ months_built('flight_month') }}
        and is_completed
        and departure_delay_minutes is not null
        and arrival_delay_minutes is not null
),

compared as (
    select
        carrier_code,
        departure_delay_minutes,
        arrival_delay_minutes,
        greatest(departure_delay_minutes - arrival_delay_minutes, 0) as gained_minutes,
        greatest(arrival_delay_minutes - departure_delay_minutes, 0) as lost_minutes,
        is_on_time_departure,
        is_on_time_arrival,
        flight_month
    from flights
)

select
    carrier_code,
    flight_month,
    cast(count(*) as integer) as compared_flights,
    {% for name, condition in [
        ('on_time_departures_on_time_arrivals', 'is_on_time_departure and is_on_time_arrival'),
        ('on_time_departures_late_arrivals', 'is_on_time_departure and not is_on_time_arrival'),
        ('late_departures_on_time_arrivals', 'not is_on_time_departure and is_on_time_arrival'),
        ('late_departures_late_arrivals', 'not is_on_time_departure and not is_on_time_arrival'),
        ('flights_that_gained_time', 'gained_minutes > 0'),
        ('flights_that_lost_time', 'lost_minutes > 0'),
    ] -%}
    cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
    {% endfor %}
    {% for name, minutes in [
        ('net_departure_delay_minutes', 'departure_delay_minutes'),
        ('net_arrival_delay_minutes', 'arrival_delay_minutes'),
        ('gained_minutes', 'gained_minutes'),
        ('lost_minutes', 'lost_minutes'),
    ] -%}
    cast(sum({{ minutes }}) as bigint) as {{ name }},
    {% endfor -%}
    cast(coalesce(sum(gained_minutes) filter (where not is_on_time_departure), 0) as bigint)
        as late_departures_gained_minutes,
    cast(coalesce(sum(lost_minutes) filter (where not is_on_time_departure), 0) as bigint)
        as late_departures_lost_minutes
from compared
group by carrier_code, flight_month
