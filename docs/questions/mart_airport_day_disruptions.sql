-- question: How much of an airport's flying is lost on a few bad days?
-- answer: In 2013, a quarter of the disrupted flights at Newark and JFK fell on 11 and 10 days,
-- and a third of LaGuardia's on 16 days. February, June, July and December were the bad months,
-- October and November the calm ones.
-- chart: lines, x=month, y=disrupted_percent, series=airport, unit=% of scheduled departures
select
    airport_code as airport,
    count(*) as days,
    count(*) filter (where is_irregular) as irregular_days,
    sum(disrupted_flights) as disrupted,
    sum(disrupted_flights) filter (where is_irregular) as on_irregular_days,
    round(
        100.0 * sum(disrupted_flights) filter (where is_irregular) / nullif(sum(disrupted_flights), 0), 1
    ) as percent_on_irregular_days
from marts.mart_airport_day_disruptions
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
group by airport_code
order by airport;
-- chart query:
select
    airport_code as airport,
    flight_month as month,
    round(100.0 * sum(disrupted_flights) / nullif(sum(scheduled_flights), 0), 2) as disrupted_percent
from marts.mart_airport_day_disruptions
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
group by
    airport_code,
    flight_month
order by
    airport,
    month;
