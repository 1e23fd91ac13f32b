-- question: At which airports and hours do aircraft queue longest for take-off?
-- answer: The embedded data have no taxi times, so there are no rows. With BTS months loaded,
-- this query lists the airports and hours with the longest median time from gate to take-off, and
-- compares it with the time at an empty airport.
-- chart: none
select
    airport_code,
    local_hour,
    flight_month,
    taxied_flights,
    taxi_minutes_p50,
    taxi_minutes_p50 - taxi_minutes_p10 as median_queue_minutes,
    taxi_minutes_p95
from marts.mart_airport_hour_month_taxi_times
where airport_role = 'origin' and taxied_flights >= 100
order by taxi_minutes_p50 desc, airport_code, local_hour, flight_month
limit 15;
