-- question: At which hours is Newark fullest, and how punctual are its departures then?
-- answer: At six in the morning: 30.5 departures on an average day of 2013 and 38 on the busiest
-- day; 90.0 percent leave on time. The afternoon is less full, but its departures get later from
-- hour to hour, down to 56.8 percent on time at seven: delays pile up although the schedule does
-- not. The embedded data have no arrivals at Newark.
-- chart: heat, x=local_hour, y=airport_code, value=departures_a_day, unit=scheduled departures a day
select
    local_hour,
    sum(scheduled_departures) as scheduled_departures,
    round(sum(scheduled_departures) / nullif(sum(days_with_flights), 0), 1) as departures_a_day,
    max(busiest_day_departures) as busiest_day_departures,
    round(100.0 * sum(on_time_departures) / nullif(sum(departed_flights), 0), 1) as percent_on_time
from marts.mart_airport_hour_load
semi join marts.mart_source_coverage
    on local_month between scope_first_month and scope_last_month
where airport_code = 'EWR' and local_hour between 6 and 20
group by local_hour
order by local_hour;
-- chart query:
select
    airport_code,
    local_hour,
    round(sum(scheduled_departures) / nullif(sum(days_with_flights), 0), 1) as departures_a_day
from marts.mart_airport_hour_load
semi join marts.mart_source_coverage
    on local_month between scope_first_month and scope_last_month
where airport_code in ('EWR', 'JFK', 'LGA') and local_hour between 5 and 22
group by airport_code, local_hour
order by airport_code, local_hour;
