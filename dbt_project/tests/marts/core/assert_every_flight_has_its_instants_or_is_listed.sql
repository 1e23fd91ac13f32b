-- Every flight has the instants of what it did and was to do, in UTC and on the local clocks, or is
-- listed as lacking instants, with the reason. A completed flight of which the source tells neither
-- the delay nor the departure has an arrival clock alone, and no day for it.
select
    flights.flight_id,
    flights.origin_airport_code,
    flights.destination_airport_code,
    flights.scheduled_departure_at_utc,
    flights.scheduled_arrival_at_utc,
    flights.departure_at_utc,
    flights.arrival_at_utc
from {{ ref('fct_flights') }} as flights
left join {{ ref('fct_flights_lacking_instants') }} as listed
    on flights.flight_id = listed.flight_id
where
    listed.flight_id is null
    and (
        {{ in_untested_months('fct_flights', 'flights.flight_month') }}
        or {{ in_untested_months('fct_flights_lacking_instants', 'flights.flight_month') }}
    )
    and (
        flights.scheduled_departure_at_utc is null
        or flights.scheduled_arrival_at_utc is null
        or flights.scheduled_arrival_at_local is null
        or (flights.departure_delay_minutes is not null and flights.departure_at_local is null)
        or (
            flights.is_completed
            and coalesce(flights.arrival_delay_minutes, flights.departure_delay_minutes) is not null
            and flights.arrival_at_local is null
        )
        or (flights.wheels_off_at_utc is not null and flights.wheels_off_at_local is null)
        or (flights.wheels_on_at_utc is not null and flights.wheels_on_at_local is null)
    )
