-- The previous leg of a leg is one of the same tail number that ended where this one begins, before
-- it left, and the last of the tail number that departed before it.
with legs as (

    select * from {{ ref('mart_aircraft_rotations') }}
    -- the previous leg is at most some weeks earlier
    where {{ in_untested_months('mart_aircraft_rotations', months_before=1) }}

),

departures as (

    select
        tail_number,
        departure_at_utc,
        lag(departure_at_utc) over (
            partition by tail_number order by departure_at_utc asc
        ) as last_departure_at_utc
    from (
        select distinct
            tail_number,
            departure_at_utc
        from legs
        where leg_number is not null
    ) as instants

)

select
    legs.flight_id,
    legs.previous_flight_id
from legs
inner join legs as previous
    on legs.previous_flight_id = previous.flight_id
inner join departures
    on
        legs.tail_number = departures.tail_number
        and legs.departure_at_utc = departures.departure_at_utc
where
    {{ in_untested_months('mart_aircraft_rotations', 'legs.flight_month') }}
    and not coalesce(
        legs.tail_number = previous.tail_number
        and legs.origin_airport_code = previous.destination_airport_code
        and legs.inbound_arrival_at_utc <= legs.departure_at_utc
        and previous.departure_at_utc = departures.last_departure_at_utc
        and (
            legs.leg_number = previous.leg_number + 1
            -- a month numbers the legs of a very long chain from some weeks before it
            or (legs.flight_month > previous.flight_month and legs.leg_number > 1)
        ),
        false
    )
