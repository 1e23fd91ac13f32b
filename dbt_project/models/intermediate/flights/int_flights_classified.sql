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
        case
            when is_reported_cancelled then 'cancelled'
            when is_reported_diverted then 'diverted'
            when arrival_delay_minutes is not null then 'completed'
            -- a source that reports diversions and reports none means that the flight arrived
            when not is_reported_diverted and arrival_clock_minutes is not null then 'completed'
            when departure_clock_minutes is null and departure_delay_minutes is null
                then 'never_departed'
            -- for a source without such reports, an arrival without a delay means that the flight
            -- was diverted
            when arrival_clock_minutes is not null then 'diverted'
            else 'unresolved'
        end as flight_state
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
