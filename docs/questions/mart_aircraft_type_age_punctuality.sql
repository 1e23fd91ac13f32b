-- question: Do older aircraft run later?
-- answer: No: the oldest and the newest aircraft were the most punctual, at 78.9 and 77.1 % on
-- time, and those of 10 to 14 years the least, at 72.5 %. The type explains more than the age: in
-- that class, 31,000 flights used two variants of the Embraer 145, and only 62 to 64 % of them
-- were on time.
-- chart: bars, label=age_class, value=percent_on_time, unit=percent of scheduled flights
select
    age_class,
    sum(scheduled_flights) as scheduled_flights,
    round(100 * sum(on_time_arrivals) / nullif(sum(scheduled_flights), 0), 1) as percent_on_time,
    round(100 * sum(arrivals_60_minutes_late_or_more) / nullif(sum(completed_flights), 0), 1)
        as percent_an_hour_late,
    max_by(manufacturer_name || ' ' || model_name, scheduled_flights) as most_flown_type
from marts.mart_aircraft_type_age_punctuality
where aircraft_match_quality in ('matched', 'matched_earliest_known')
group by age_class, age_from_years
order by age_from_years nulls last;
