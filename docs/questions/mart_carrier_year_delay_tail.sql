-- question: Which carriers leave passengers three hours late, or never fly them at all?
-- answer: Mesa, with 11.48 percent of its scheduled flights, mostly because 57 of 601 did not
-- reach their destination. Endeavor and ExpressJet follow. Among flights that arrive, Frontier's
-- are most often three hours late (2.64 percent). Alaska (1.12) and Delta (1.97) are the safest
-- choice.
-- chart: bars, label=carrier_name, value=percent_three_hours_late_or_not_completed, unit=percent of scheduled flights
select
    carrier_names.subject_name as carrier_name,
    tails.scheduled_flights,
    tails.arrivals_at_least_late as three_hours_late,
    tails.not_completed_flights as not_completed,
    round(100 * tails.share_of_arrivals_at_least_late, 2) as percent_of_arrivals,
    round(100 * tails.share_of_scheduled_at_least_late_or_not_completed, 2)
        as percent_three_hours_late_or_not_completed
from marts.mart_carrier_year_delay_tail as tails
inner join marts.mart_default_scope_shares as carrier_names
    on
        tails.carrier_code = carrier_names.subject_code
        and carrier_names.subject_type = 'carrier'
        and carrier_names.share_name = 'arrived_on_time'
where
    tails.flight_year = 2013
    and tails.at_least_minutes = 180
    and tails.scheduled_flights >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by percent_three_hours_late_or_not_completed desc, tails.carrier_code;
