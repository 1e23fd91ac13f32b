-- question: To which cities is a flight from New York most likely to arrive an hour late or more?
-- answer: Among cities with at least one scheduled flight a day, Knoxville: 20.6 % of the flights
-- arrived an hour late or more, against 8.7 % of all flights. One to three flights in a hundred
-- arrived three hours late or more.
-- chart: bars, label=destination, value=percent_an_hour_late, unit=percent of completed flights
select
    airports.city_name || ' (' || airport_code || ')' as destination,
    sum(completed_flights) as completed_flights,
    round(100 * sum(arrivals_60_minutes_late_or_more) / nullif(sum(completed_flights), 0), 1)
        as percent_an_hour_late,
    round(100 * sum(arrivals_180_minutes_late_or_more) / nullif(sum(completed_flights), 0), 1)
        as percent_three_hours_late
from marts.mart_airport_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
inner join marts.dim_airports as airports using (airport_code)
where airport_role = 'destination'
group by airport_code, airports.city_name
having sum(scheduled_flights) >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by percent_an_hour_late desc, destination
limit 12;
