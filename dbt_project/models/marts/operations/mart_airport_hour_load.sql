{{ config(
    materialized='monthly',
    month_column='local_month',
    months_written='neighbours',
    days_read={'fct_flights': [1, 1]},
) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month', 1, 1) }}
),

movements as (
    select
        origin_airport_code as airport_code,
        scheduled_departure_at_local as scheduled_at_local,
        1 as departures,
        0 as arrivals,
        case when has_departed then 1 else 0 end as departed_flights,
        case when is_on_time_departure then 1 else 0 end as on_time_departures
    from flights

    union all

    select
        destination_airport_code as airport_code,
        scheduled_arrival_at_local as scheduled_at_local,
        0 as departures,
        1 as arrivals,
        0 as departed_flights,
        0 as on_time_departures
    from flights
    where scheduled_arrival_at_local is not null
),

hours as (
    select
        airport_code,
        cast(scheduled_at_local as date) as local_date,
        cast(extract(hour from scheduled_at_local) as integer) as local_hour,
        sum(departures) as departures,
        sum(arrivals) as arrivals,
        sum(departures) + sum(arrivals) as movements,
        sum(departed_flights) as departed_flights,
        sum(on_time_departures) as on_time_departures
    from movements
    group by
        airport_code,
        cast(scheduled_at_local as date),
        cast(extract(hour from scheduled_at_local) as integer)
),

dated as (
    select
        hours.*,
        cast(date_trunc('month', local_date) as date) as local_month
    from hours
),

months as (
    select
        airport_code,
        local_month,
        count(distinct local_date) as days_with_flights
    from dated
    group by airport_code, local_month
)

select
    dated.airport_code,
    dated.local_month,
    dated.local_hour,
    cast(max(months.days_with_flights) as integer) as days_with_flights,
    cast(count(*) filter (where dated.departures > 0) as integer) as days_with_departures,
    cast(sum(dated.departures) as integer) as scheduled_departures,
    cast(sum(dated.departed_flights) as integer) as departed_flights,
    cast(sum(dated.on_time_departures) as integer) as on_time_departures,
    cast(sum(dated.arrivals) as integer) as scheduled_arrivals,
    cast(max(dated.departures) as integer) as busiest_day_departures,
    cast(max(dated.arrivals) as integer) as busiest_day_arrivals,
    cast(max(dated.movements) as integer) as busiest_day_movements,
    -- the earliest of several: no month has a hundred days
    max_by(dated.local_date, 100 * dated.movements - extract(day from dated.local_date))
        as busiest_date
from dated
inner join months
    on
        dated.airport_code = months.airport_code
        and dated.local_month = months.local_month
where {{ months_built('dated.local_month') }}
group by dated.airport_code, dated.local_month, dated.local_hour
