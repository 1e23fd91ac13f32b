-- question: Which routes are likeliest to arrive two hours late, or not to be flown?
-- answer: Among routes with at least one scheduled flight a day, LaGuardia to Dayton: 15.35
-- percent of its scheduled flights arrive two hours late or more, or are not completed; 47 of 391
-- were never flown. Nine of the twelve worst routes are shorter than 700 miles.
-- chart: bars, label=route, value=percent_two_hours_late_or_not_completed, unit=percent of scheduled flights
select
    origin_airport_code || '-' || destination_airport_code as route,
    scheduled_flights,
    arrivals_at_least_late as two_hours_late,
    cancelled_flights + never_departed_flights as never_flown,
    round(100 * share_of_arrivals_at_least_late, 2) as percent_of_arrivals,
    round(100 * share_of_scheduled_at_least_late_or_not_completed, 2)
        as percent_two_hours_late_or_not_completed
from marts.mart_route_year_delay_tail
where
    flight_year = 2013
    and at_least_minutes = 120
    and scheduled_flights >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by percent_two_hours_late_or_not_completed desc, route
limit 12;
