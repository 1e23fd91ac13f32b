-- question: At which airports and hours do aircraft queue longest for take-off?
-- answer: Nothing on the embedded data, which have no taxi times. With months of BTS loaded: the airports
-- and hours with the longest median from gate to take-off, and how far that lies above an empty
-- airport's.
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
