-- question: How much longer than an unimpeded flight do schedules allow, and does it follow the wind?
-- answer: Delta from JFK to Los Angeles allows 25 to 51 minutes more than the fastest tenth of
-- its flights take. The schedule follows the wind only halfway: from January to August the median
-- flight time fell from 384 to 351 minutes, the scheduled time from 394 to 378. So the padding is
-- greatest in summer (51.2 minutes in July) and least in November (25.1).
-- chart: lines, x=flight_month, y=minutes, series=block_time, unit=minutes from gate to gate
select
    strftime(flight_month, '%Y-%m') as flight_month,
    timed_flights,
    scheduled_block_minutes_p50 as scheduled,
    actual_block_minutes_p50 as actual,
    unimpeded_block_minutes as unimpeded,
    padding_minutes as padding,
    padding_change_minutes as padding_change,
    flights_over_schedule
from marts.mart_route_month_block_times
where
    origin_airport_code = 'JFK'
    and destination_airport_code = 'LAX'
    and carrier_code = 'DL'
order by flight_month;
-- chart query:
select strftime(flight_month, '%Y-%m') as flight_month, block_time, minutes
from (
    unpivot (
        select
            flight_month,
            scheduled_block_minutes_p50 as scheduled,
            actual_block_minutes_p50 as actual,
            unimpeded_block_minutes as unimpeded
        from marts.mart_route_month_block_times
        where
            origin_airport_code = 'JFK'
            and destination_airport_code = 'LAX'
            and carrier_code = 'DL'
    ) on scheduled, actual, unimpeded into name block_time value minutes
)
order by block_time, flight_month;
