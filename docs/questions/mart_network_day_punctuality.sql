-- question: Which were the worst days of the year, and were they days of delays or of flights that never left?
-- answer: 8 March, with 17.0 % of the flights on time, was a day of delays: the median flight was
-- more than an hour late. On 8 and 9 February, the days of the blizzard, more than half of the
-- flights never left. On 9 February most flights that did leave arrived early.
-- chart: bars, label=flight_date, value=percent_on_time, unit=percent of scheduled flights
select
    flight_date,
    dayname(flight_date) as weekday,
    scheduled_flights,
    round(100 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as percent_on_time,
    round(100 * never_departed_flights / nullif(scheduled_flights, 0), 1) as percent_never_departed,
    arrival_delay_minutes_p50 as median_arrival_delay_minutes
from marts.mart_network_day_punctuality
semi join marts.mart_source_coverage
    on date_trunc('month', flight_date) between scope_first_month and scope_last_month
order by percent_on_time, flight_date
limit 10;
