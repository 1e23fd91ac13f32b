{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

judged_flights as (
    select
        flights.*,
        coalesce(is_completed and not {{ is_on_time('arrival_delay_minutes') }}, false)
            as is_late_arrival,
        coalesce(
            {% for cause in delay_causes() %}
            {{ cause }}_delay_minutes{{ "," if not loop.last }}
            {% endfor %}
        ) is not null as has_causes
    from flights
),

counted as (
    select
        carrier_code,
        destination_airport_code,
        flight_month,
        {% for name, condition in [
            ('completed_flights', 'is_completed'),
            ('cancelled_flights', 'is_cancelled'),
            ('diverted_flights', 'is_diverted'),
            ('never_departed_flights', 'is_never_departed'),
            ('unresolved_flights', 'is_unresolved'),
            ('on_time_arrivals', 'is_on_time_arrival'),
            ('late_arrivals', 'is_late_arrival'),
            ('late_arrivals_with_causes', 'is_late_arrival and has_causes'),
            ('late_arrivals_without_causes', 'is_late_arrival and not has_causes'),
            ('unknown_delay_arrivals', 'is_completed and arrival_delay_minutes is null'),
        ] %}
        cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
        {% endfor %}
        {% for cause in delay_causes() %}
        cast(coalesce({{ late_arrivals_by_cause(cause) }}, 0) as double)
            as {{ cause }}_late_arrivals,
        cast(
            coalesce(sum({{ cause }}_delay_minutes) filter (where is_late_arrival), 0) as bigint
        ) as {{ cause }}_delay_minutes,
        {% endfor %}
        {% for name, condition in [
            ('total_arrival_delay_minutes', 'is_completed'),
            ('explained_arrival_delay_minutes', 'is_late_arrival and has_causes'),
            ('short_arrival_delay_minutes', 'is_completed and not is_late_arrival'),
            ('unreported_arrival_delay_minutes', 'is_late_arrival and not has_causes'),
        ] %}
        cast(
            coalesce(
                sum(greatest(arrival_delay_minutes, 0)) filter (where {{ condition }}), 0
            ) as bigint
        ) as {{ name }},
        {% endfor %}
        cast(count(*) as integer) as scheduled_flights
    from judged_flights
    group by carrier_code, destination_airport_code, flight_month
),

attributed as (
    select
        counted.*,
        carrier_delay_minutes
        + weather_delay_minutes
        + national_air_system_delay_minutes
        + security_delay_minutes
        + late_aircraft_delay_minutes as attributed_delay_minutes
    from counted
)

select
    carrier_code,
    destination_airport_code,
    scheduled_flights,
    completed_flights,
    cancelled_flights,
    diverted_flights,
    never_departed_flights,
    unresolved_flights,
    on_time_arrivals,
    late_arrivals,
    late_arrivals_with_causes,
    late_arrivals_without_causes,
    unknown_delay_arrivals,
    carrier_late_arrivals,
    weather_late_arrivals,
    national_air_system_late_arrivals,
    security_late_arrivals,
    late_aircraft_late_arrivals,
    total_arrival_delay_minutes,
    carrier_delay_minutes,
    weather_delay_minutes,
    national_air_system_delay_minutes,
    security_delay_minutes,
    late_aircraft_delay_minutes,
    attributed_delay_minutes,
    short_arrival_delay_minutes as unattributed_short_delay_minutes,
    unreported_arrival_delay_minutes as unreported_late_delay_minutes,
    explained_arrival_delay_minutes - attributed_delay_minutes as contradicted_delay_minutes,
    flight_month
from attributed
