-- question: Which carriers make up for a late departure before they arrive?
-- answer: Alaska, Virgin America and United: 35.0, 32.0 and 28.6 percent of their late departures
-- arrive on time. Much of this is padding. On average, an Alaska flight takes 15.8 minutes less
-- than scheduled. A Frontier flight takes 1.7 minutes more, so 21.7 percent of its punctual
-- departures arrive late.
-- chart: bars, label=carrier_code, value=percent_recovered, unit=percent of late departures
select
    carrier_code,
    sum(late_departures_on_time_arrivals + late_departures_late_arrivals) as late_departures,
    sum(late_departures_on_time_arrivals) as recovered,
    round(
        100.0 * sum(late_departures_on_time_arrivals)
        / nullif(sum(late_departures_on_time_arrivals + late_departures_late_arrivals), 0), 1
    ) as percent_recovered,
    round(sum(gained_minutes - lost_minutes) / nullif(sum(compared_flights), 0), 1) as minutes_gained_a_flight,
    round(
        100.0 * sum(on_time_departures_late_arrivals)
        / nullif(sum(on_time_departures_on_time_arrivals + on_time_departures_late_arrivals), 0), 1
    ) as percent_of_on_time_departures_late
from marts.mart_carrier_month_time_recovery
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
group by carrier_code
having carrier_code in (
    select subject_code from marts.mart_default_scope_shares
    where subject_type = 'carrier' and is_ranked
)
order by percent_recovered desc, carrier_code;
