-- No flight has an aircraft of a size that its carrier did not fly that month, however long ago the
-- month was built.
select
    flights.flight_id,
    flights.carrier_code,
    flights.tail_number,
    aircraft.seat_count
from {{ ref('fct_flights') }} as flights
inner join {{ ref('dim_aircraft') }} as aircraft
    on flights.aircraft_key = aircraft.aircraft_key
inner join {{ ref('int_carrier_fleets') }} as fleets
    on
        flights.carrier_code = fleets.carrier_code
        and flights.flight_month = fleets.flight_month
        and aircraft.seat_count = fleets.seat_count
where fleets.is_out_of_fleet
