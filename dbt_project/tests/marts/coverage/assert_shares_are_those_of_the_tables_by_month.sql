-- The shares of carriers, routes and the network count what the tables by month hold of the default
-- scope, no flight of another coverage.

with scope as (
    select
        scope_first_month,
        scope_last_month
    from {{ ref('mart_source_coverage') }}
    where is_default_scope
),

expected as (
    select
        'carrier' as subject_type,
        months.carrier_code as subject_code,
        sum(months.scheduled_flights) as scheduled_flights,
        sum(months.on_time_arrivals) as on_time_arrivals
    from {{ ref('mart_carrier_month_punctuality') }} as months
    inner join scope
        on months.flight_month between scope.scope_first_month and scope.scope_last_month
    group by months.carrier_code

    union all

    select
        'route' as subject_type,
        concat(months.origin_airport_code, '-', months.destination_airport_code) as subject_code,
        sum(months.scheduled_flights) as scheduled_flights,
        sum(months.on_time_arrivals) as on_time_arrivals
    from {{ ref('mart_route_month_punctuality') }} as months
    inner join scope
        on months.flight_month between scope.scope_first_month and scope.scope_last_month
    group by months.origin_airport_code, months.destination_airport_code

    union all

    select
        'network' as subject_type,
        'all' as subject_code,
        sum(months.scheduled_flights) as scheduled_flights,
        sum(months.on_time_arrivals) as on_time_arrivals
    from {{ ref('mart_network_month_punctuality') }} as months
    inner join scope
        on months.flight_month between scope.scope_first_month and scope.scope_last_month
    having count(*) > 0
),

counted as (
    select
        subject_type,
        subject_code,
        counted_flights,
        event_flights
    from {{ ref('mart_default_scope_shares') }}
    where
        share_name = 'arrived_on_time'
        and subject_type in ('carrier', 'route', 'network')
)

select
    coalesce(expected.subject_type, counted.subject_type) as subject_type,
    coalesce(expected.subject_code, counted.subject_code) as subject_code
from expected
full outer join counted
    on
        expected.subject_type = counted.subject_type
        and expected.subject_code = counted.subject_code
where
    coalesce(expected.scheduled_flights, -1) <> coalesce(counted.counted_flights, -1)
    or coalesce(expected.on_time_arrivals, -1) <> coalesce(counted.event_flights, -1)
