-- question: How fast do the odds of a very late arrival grow over the day?
-- answer: They grow more than eightfold. 1.65 percent of the flights scheduled to leave at five
-- in the morning arrive an hour late or more, 13.94 of those at five in the afternoon and 15.92
-- of those at nine at night. The odds of a delay of three hours peak at five in the afternoon, at
-- 2.32 percent. The share of flights that are never flown peaks two hours later, at 4.02 percent.
-- chart: lines, x=scheduled_departure_hour, y=percent_of_arrivals, series=at_least, unit=percent of arrivals
select
    scheduled_departure_hour,
    max(scheduled_flights) as scheduled_flights,
    round(100 * max(share_of_arrivals_at_least_late) filter (where at_least_minutes = 60), 2)
        as percent_an_hour_late,
    round(100 * max(share_of_arrivals_at_least_late) filter (where at_least_minutes = 180), 2)
        as percent_three_hours_late,
    round(100 * max(share_of_scheduled_never_flown), 2) as percent_never_flown
from marts.mart_hour_year_delay_tail
where flight_year = 2013 and scheduled_departure_hour between 5 and 22
    and scheduled_departure_hour % 2 = 1
group by scheduled_departure_hour
order by scheduled_departure_hour;
-- chart query:
select
    scheduled_departure_hour,
    at_least_minutes || ' minutes' as at_least,
    round(100 * share_of_arrivals_at_least_late, 2) as percent_of_arrivals
from marts.mart_hour_year_delay_tail
where
    flight_year = 2013
    and scheduled_departure_hour between 5 and 22
    and at_least_minutes in (30, 60, 120, 180)
order by at_least_minutes, scheduled_departure_hour;
