-- question: Which busy routes suffer most in summer?
-- answer: Among the fifty busiest routes, JFK to San Francisco: 20.6 % of its flights arrived an
-- hour late or more in June and July, against 5.0 % from September to November. Of the ten worst
-- routes, five leave from JFK and four from Newark.
-- chart: bars, label=route, value=points_more_in_summer, unit=percentage points
with seasons as (
    select
        origin_airport_code || '-' || destination_airport_code as route,
        month(flight_month) in (6, 7) as is_summer,
        sum(completed_flights) as completed_flights,
        100 * sum(arrivals_60_minutes_late_or_more) / nullif(sum(completed_flights), 0)
            as percent_an_hour_late
    from marts.mart_route_month_punctuality
    semi join marts.mart_source_coverage
        on flight_month between scope_first_month and scope_last_month
    where month(flight_month) in (6, 7, 9, 10, 11)
    group by route, is_summer
)

select
    summer.route,
    summer.completed_flights as flights_in_june_and_july,
    round(summer.percent_an_hour_late, 1) as percent_an_hour_late_then,
    round(autumn.percent_an_hour_late, 1) as percent_an_hour_late_in_autumn,
    round(summer.percent_an_hour_late - autumn.percent_an_hour_late, 1) as points_more_in_summer
from seasons as summer
inner join seasons as autumn
    on summer.route = autumn.route and not autumn.is_summer
where
    summer.is_summer
    and summer.route in (
        select subject_code from marts.mart_default_scope_shares
        where subject_type = 'route' and share_name = 'arrived_on_time'
        order by scheduled_flights desc, subject_code
        limit 50
    )
order by points_more_in_summer desc, summer.route
limit 10;
