-- question: Which carriers make up for a late departure before they arrive?
-- answer: Alaska, Virgin America and United: 35.0, 32.0 and 28.6 percent of their late departures arrive on
-- time. Padding does much of it: a flight of Alaska takes 15.8 minutes less than scheduled on average,
-- and one of Frontier 1.7 more, so that 21.7 percent of its punctual departures arrive late.
-- chart: bars, label=carrier_code, value=percent_recovered, unit=percent of late departures
select
    carrier_code,
    sum(late_departures_on_time_arrivals + late_departures_late_arrivals) as late_departures,
    sum(late_departures_on_time_arrivals) as recovered,
    round(
        100.0 * sum(late_departures_on_time_arrivals)
        / sum(late_departures_on_time_arrivals + late_departures_late_arrivals), 1
    ) as percent_recovered,
    round(sum(gained_minutes - lost_minutes) / sum(compared_flights), 1) as minutes_gained_a_flight,
    round(
        100.0 * sum(on_time_departures_late_arrivals)
        / sum(on_time_departures_on_time_arrivals + on_time_departures_late_arrivals), 1
    ) as percent_of_on_time_departures_late
from marts.mart_carrier_month_time_recovery
group by carrier_code
having sum(compared_flights) >= 500
order by percent_recovered desc, carrier_code;
