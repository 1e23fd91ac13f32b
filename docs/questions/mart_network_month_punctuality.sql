-- question: In which months do delays spread, though the usual flight is on time?
-- answer: In June and July and, to a lesser degree, in April and December. The median flight is
-- early in every month except December. Yet in June one flight in twenty was 131 minutes late or
-- more, against 54 minutes in November.
-- chart: lines, x=flight_month, y=arrival_delay_minutes, series=quantile, unit=minutes after schedule
select
    flight_month,
    round(100 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as percent_on_time,
    arrival_delay_minutes_p50,
    arrival_delay_minutes_p80,
    arrival_delay_minutes_p95
from marts.mart_network_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
order by flight_month;

-- chart query:
select
    flight_month,
    'half of the flights' as quantile,
    arrival_delay_minutes_p50 as arrival_delay_minutes
from marts.mart_network_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
union all
select
    flight_month,
    'four of five' as quantile,
    arrival_delay_minutes_p80 as arrival_delay_minutes
from marts.mart_network_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
union all
select
    flight_month,
    '19 of 20' as quantile,
    arrival_delay_minutes_p95 as arrival_delay_minutes
from marts.mart_network_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
order by quantile desc, flight_month;
