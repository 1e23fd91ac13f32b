-- question: Which flights arrive late, judged by how many flights wait at the origin two hours before?
-- answer: Among the flights from New York in 2013 that arrived, 20.0 % were late when fewer than
-- ten flights were waiting at their airport two hours before, and 83.4 % when forty or more were
-- waiting. In the second case, 37.9 % of the scheduled flights were never flown. The count uses
-- only what was known at that time.
-- chart: bars, label=flights_overdue, value=percent_late, unit=percent of the flights that arrived
with predictions as (
    select
        case
            when recent_overdue_flights >= 40 then '40 or more'
            else concat(
                10 * cast(floor(recent_overdue_flights / 10) as integer),
                ' to ',
                10 * cast(floor(recent_overdue_flights / 10) as integer) + 9
            )
        end as flights_overdue,
        is_late_arrival,
        is_cancelled_or_never_departed
    from marts.ml_arrival_delay_features
    where prediction_horizon = 'two_hours_before'
)

select
    flights_overdue,
    count(*) as scheduled_flights,
    count(is_late_arrival) as arrived_flights,
    count(*) filter (where is_late_arrival) as late_flights,
    round(100.0 * count(*) filter (where is_late_arrival) / nullif(count(is_late_arrival), 0), 1) as percent_late,
    round(100.0 * count(*) filter (where is_cancelled_or_never_departed) / count(*), 1)
        as percent_not_operated
from predictions
group by flights_overdue
order by flights_overdue;
