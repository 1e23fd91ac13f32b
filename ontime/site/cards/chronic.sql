-- the flight numbers that were chronically late in the months of the scope, the ten worst of each
with counted as (
    select
        subject.subject_type as subject_type,
        subject.subject_code as subject_code,
        carrier_code || ' ' || flight_number as flight,
        origin_airport_code || '-' || destination_airport_code as route_code,
        count(*) as chronic_months,
        sum(scheduled_flights) as flights,
        sum(late_or_cancelled_flights) as late_flights
    from (
        select
            unnest(subjects_of(carrier_code, origin_airport_code, destination_airport_code))
                as subject,
            *
        from mart_chronically_delayed_flights
        inner join (
            select
                scope_first_month,
                scope_last_month
            from mart_source_coverage
            where is_default_scope
        ) as scope
            on flight_month between scope.scope_first_month and scope.scope_last_month
    )
    group by all
)

select
    subject_type,
    subject_code,
    flight,
    route_code,
    chronic_months,
    flights as scheduled_flights,
    late_flights as late_or_cancelled_flights,
    late_flights / flights as late_or_cancelled_share
from counted
where subject_type <> 'network'
qualify row_number() over (
    partition by subject_type, subject_code
    order by chronic_months desc, late_flights / flights desc, flight asc, route_code asc
) <= 10
order by
    subject_type asc, subject_code asc, chronic_months desc, late_or_cancelled_share desc,
    flight asc, route_code asc
