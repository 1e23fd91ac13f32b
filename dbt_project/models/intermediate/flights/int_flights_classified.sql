-- Determines the outcome of each flight, and whether it was on time. The booleans of a state are
-- defined only in the seed flight_states.

with timed_flights as (
    select * from {{ ref('int_flights_timed') }}
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
        timed_flights.*,
        {{ flight_state() }} as flight_state
    from timed_flights
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
    ) as is_on_time_arrival
from flights
inner join flight_states
    on flights.flight_state = flight_states.flight_state
