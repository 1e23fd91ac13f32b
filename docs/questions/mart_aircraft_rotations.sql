-- question: Which delays cost the same aircraft's later legs the most time?
-- answer: The embedded data hold departures from New York only, so there are no rows. With BTS
-- months loaded, this query lists the legs on which a delay began, starting with those that
-- passed the most minutes on to later legs, and the number of those later legs.
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
