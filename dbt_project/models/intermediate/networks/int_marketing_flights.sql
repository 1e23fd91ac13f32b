-- Determines the outcome of each flight under a brand, by the rules for every table of flights.

with possible_flights as (
    select * from {{ ref('int_marketing_flights_possible') }}
),

flight_states as (
    select
        flight_state,
        has_departed,
        is_completed,
        is_cancelled,
        is_diverted,
        is_never_departed,
        is_unresolved
    from {{ ref('flight_states') }}
),

flights as (
    select
        possible_flights.*,
        {{ flight_state() }} as flight_state,
        {{ add_minutes('cast(flight_date as timestamp)', 'scheduled_departure_clock_minutes') }}
            as scheduled_departure_at_local
    from possible_flights
)

select
    flights.*,
    flight_states.has_departed,
    flight_states.is_completed,
    flight_states.is_cancelled,
    flight_states.is_diverted,
    flight_states.is_never_departed,
    flight_states.is_unresolved,
    coalesce(
        flight_states.has_departed and {{ is_on_time('flights.departure_delay_minutes') }}, false
    ) as is_on_time_departure,
    coalesce(
        flight_states.is_completed and {{ is_on_time('flights.arrival_delay_minutes') }}, false
    ) as is_on_time_arrival,
    flights.operating_carrier_code <> flights.marketing_carrier_code as is_operated_by_partner
from flights
inner join flight_states
    on flights.flight_state = flight_states.flight_state
