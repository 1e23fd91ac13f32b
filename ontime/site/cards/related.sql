-- what a subject's flights are made of: the carriers of a route, the routes and carriers of the others
with pairs as (
    select
        subject.subject_type,
        subject.subject_code,
        unnest([
            {'related_type': 'carrier', 'related_code': carrier_code},
            {'related_type': 'route', 'related_code': origin_airport_code || '-' || destination_airport_code}
        ]) as related,
        scheduled_flights,
        on_time_of(subject.subject_type, on_time_arrivals, on_time_departures) as on_time_flights
    from (
        select
            unnest(subjects_of(carrier_code, origin_airport_code, destination_airport_code))
                as subject,
            *
        from cube
    )
),

counted as (
    select
        subject_type,
        subject_code,
        related.related_type as related_type,
        related.related_code as related_code,
        sum(scheduled_flights) as scheduled_flights,
        sum(on_time_flights) as on_time_flights
    from pairs
    where
        subject_type <> 'network'
        and not (subject_type = related.related_type)
    group by all
)

select
    counted.subject_type,
    counted.subject_code,
    counted.related_type,
    names.subject_name as related_name,
    counted.scheduled_flights,
    counted.on_time_flights / counted.scheduled_flights as on_time_share,
    share_low(counted.on_time_flights, counted.scheduled_flights) as share_low,
    share_high(counted.on_time_flights, counted.scheduled_flights) as share_high
from counted
inner join mart_default_scope_shares as names
    on
        counted.related_type = names.subject_type
        and counted.related_code = names.subject_code
        and names.share_name = 'arrived_on_time'
qualify row_number() over (
    partition by counted.subject_type, counted.subject_code, counted.related_type
    order by counted.scheduled_flights desc, counted.related_code asc
) <= 20
order by
    counted.subject_type asc, counted.subject_code asc, counted.related_type asc,
    counted.scheduled_flights desc, counted.related_code asc
