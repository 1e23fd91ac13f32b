-- question: How far can each month of flights be trusted?
-- answer: Every row of every month was loaded and published. Only December has many flights
-- without weather, 789: on the 31st no flight has any. The aircraft match is trusted for four of
-- five flights in each month, because two carriers report fleet numbers instead of tail numbers.
-- chart: lines, x=data_month, y=percent_with_aircraft, series=, unit=percent of flights
select
    data_month,
    rows_in_files,
    published_rows,
    published_rows - known_weather_rows as flights_without_weather,
    round(100.0 * aircraft_rows / nullif(published_rows, 0), 1) as percent_with_aircraft,
    warning_findings,
    notice_findings
from marts.mart_table_month_quality
where table_name = 'fct_flights'
order by data_month
