-- question: Which destinations could flights not reach at once, and did they get there in the end?
-- answer: San Antonio, among the destinations with at least one scheduled flight a day from New
-- York in 2013: 17 of 686 flights landed elsewhere first. Dallas had the most diversions, 65. The
-- embedded data do not report whether these flights reached their destination in the end; BTS
-- does.
-- chart: bars, label=destination, value=diverted_per_1000, unit=diverted flights of 1,000 scheduled
select
    destination_airport_code as destination,
    sum(scheduled_flights) as scheduled,
    sum(diverted_flights) as diverted,
    sum(reached_destination_flights) as reached,
    sum(not_reached_destination_flights) as not_reached,
    sum(unknown_end_flights) as not_told,
    round(1000.0 * sum(diverted_flights) / nullif(sum(scheduled_flights), 0), 1) as diverted_per_1000
from marts.mart_carrier_airport_month_diversions
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
group by destination_airport_code
having sum(scheduled_flights) >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by
    diverted_per_1000 desc,
    destination
limit 10;
