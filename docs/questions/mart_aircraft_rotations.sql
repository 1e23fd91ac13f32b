-- question: Which delays travelled farthest from leg to leg of one aircraft?
-- answer: Nothing on the embedded data, which hold departures from New York only. With months of BTS loaded:
-- the legs at which the delays began that later legs inherited most minutes of, and how many legs
-- that were.
-- chart: none
select
    flight_id,
    tail_number,
    departure_delay_minutes,
    knock_on_legs,
    knock_on_delay_minutes
from marts.mart_aircraft_rotations
where propagation_depth = 0 and knock_on_legs > 0
order by knock_on_delay_minutes desc, flight_id
limit 15;
