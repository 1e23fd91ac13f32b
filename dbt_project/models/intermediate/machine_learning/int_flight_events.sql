-- What happened to each flight and when it was known, for models that need what was known at a
-- given time. The state of a flight is excluded: it is not known before the flight is over. The
-- model reads the fact table: working the instants out again costs more than all that follows.

with flights as (
    select * from {{ ref('fct_flights') }}
    where scheduled_departure_at_utc is not null
),

airports as (
    select
        airport_code,
        time_zone_name
    from {{ ref('int_airports') }}
),

resolved as (
    select
        flights.*,
        airports.time_zone_name as origin_time_zone_name,
        {{ add_minutes(
            'scheduled_departure_at_utc', 60 * var('non_departure_known_after_hours')
        ) }} as departure_resolved_at_utc
    from flights
    left join airports
        on flights.origin_airport_code = airports.airport_code
)

select
    flight_id,
    carrier_code,
    origin_airport_code,
    destination_airport_code,
    concat(origin_airport_code, '-', destination_airport_code) as route_code,
    concat(carrier_code, '-', origin_airport_code) as carrier_origin_code,
    concat(carrier_code, '-', destination_airport_code) as carrier_destination_code,
    concat(
        carrier_code, '-', flight_number, '-', origin_airport_code, '-', destination_airport_code
    ) as flight_number_route_code,
    origin_time_zone_name,
    departure_delay_minutes,
    arrival_delay_minutes,
    {{ is_on_time('departure_delay_minutes') }} = false as is_late_departure,
    {{ is_on_time('arrival_delay_minutes') }} = false as is_late_arrival,
    coalesce(departure_at_utc > departure_resolved_at_utc, true) as is_not_departed_when_resolved,
    flight_date,
    flight_month,
    scheduled_departure_at_utc,
    departure_at_utc,
    departure_resolved_at_utc,
    scheduled_arrival_at_utc,
    arrival_at_utc
from resolved
