-- The flights of the default scope, counted once: everything that cards and the explorer show is
-- added up from these temporary tables. They count flags of fct_flights, and state no rule anew.

create temp macro subjects_of(carrier, origin, destination) as [
    {'subject_type': 'network', 'subject_code': 'all'},
    {'subject_type': 'carrier', 'subject_code': carrier},
    {'subject_type': 'origin_airport', 'subject_code': origin},
    {'subject_type': 'destination_airport', 'subject_code': destination},
    {'subject_type': 'route', 'subject_code': origin || '-' || destination}
];

-- the bounds of mart_default_scope_shares, for groups of flights that it does not hold
create temp macro wilson_middle(events, total) as
    (events / nullif(total, 0) + power(getvariable('deviations'), 2) / (2 * nullif(total, 0)))
    / (1 + power(getvariable('deviations'), 2) / nullif(total, 0));

create temp macro wilson_reach(events, total) as
    getvariable('deviations') * sqrt(
        (events / nullif(total, 0)) * (1 - events / nullif(total, 0)) / nullif(total, 0)
        + power(getvariable('deviations') / (2 * nullif(total, 0)), 2)
    ) / (1 + power(getvariable('deviations'), 2) / nullif(total, 0));

create temp macro share_low(events, total) as
    case when total > 0 then greatest(0, wilson_middle(events, total) - wilson_reach(events, total)) end;

create temp macro share_high(events, total) as
    case when total > 0 then least(1, wilson_middle(events, total) + wilson_reach(events, total)) end;

-- origins are compared by departures, everything else by arrivals, as on the pages of charts
create temp macro on_time_of(subject_type, arrivals, departures) as
    case when subject_type = 'origin_airport' then departures else arrivals end;

create temp macro percent_of(events, total) as
    format('{:.1f}%', 100 * events / nullif(total, 0));

create temp macro in_words(flights) as format('{:,}', cast(flights as bigint));

create temp macro verb_of(subject_type) as
    case when subject_type = 'origin_airport' then 'left' else 'arrived' end;

-- an hour or a class of weather with fewer flights is drawn, but not named as the best or the worst
set variable hour_minimum_flights = 30;

create temp table cube as
select
    flights.flight_month,
    flights.carrier_code,
    flights.origin_airport_code,
    flights.destination_airport_code,
    count(*) as scheduled_flights,
    count(*) filter (flights.is_completed) as completed_flights,
    count(*) filter (flights.is_on_time_arrival) as on_time_arrivals,
    count(*) filter (flights.is_on_time_departure) as on_time_departures,
    count(*) filter (flights.is_cancelled) as cancelled_flights,
    count(*) filter (flights.is_never_departed) as never_departed_flights,
    count(*) filter (flights.cancellation_code = 'A') as cancelled_by_carrier_flights,
    count(*) filter (flights.cancellation_code = 'B') as cancelled_by_weather_flights,
    count(*) filter (flights.cancellation_code = 'C') as cancelled_by_air_system_flights,
    count(*) filter (flights.cancellation_code = 'D') as cancelled_by_security_flights,
    count(*) filter (flights.is_diverted) as diverted_flights,
    count(*) filter (flights.is_completed and flights.arrival_delay_minutes >= 30)
        as arrivals_30_minutes_late,
    count(*) filter (flights.is_completed and flights.arrival_delay_minutes >= 60)
        as arrivals_60_minutes_late,
    count(*) filter (flights.is_completed and flights.arrival_delay_minutes >= 120)
        as arrivals_120_minutes_late,
    count(*) filter (flights.is_completed and flights.arrival_delay_minutes >= 180)
        as arrivals_180_minutes_late,
    coalesce(sum(flights.arrival_delay_minutes) filter (flights.is_completed), 0)
        as net_arrival_delay_minutes,
    coalesce(sum(flights.carrier_delay_minutes), 0) as carrier_delay_minutes,
    coalesce(sum(flights.weather_delay_minutes), 0) as weather_delay_minutes,
    coalesce(sum(flights.national_air_system_delay_minutes), 0)
        as national_air_system_delay_minutes,
    coalesce(sum(flights.security_delay_minutes), 0) as security_delay_minutes,
    coalesce(sum(flights.late_aircraft_delay_minutes), 0) as late_aircraft_delay_minutes
from fct_flights as flights
inner join mart_source_coverage as scope
    on
        scope.is_default_scope
        and flights.flight_month between scope.scope_first_month and scope.scope_last_month
group by all;

create temp table subject_months as
select
    subject.subject_type,
    subject.subject_code,
    counted.flight_month,
    sum(columns('(_flights|_arrivals|_departures|_minutes|_minutes_late)$'))
from (
    select
        unnest(subjects_of(carrier_code, origin_airport_code, destination_airport_code)) as subject,
        *
    from cube
) as counted
group by subject.subject_type, subject.subject_code, counted.flight_month;

create temp table subject_hours as
select
    subject.subject_type,
    subject.subject_code,
    scheduled_departure_hour,
    sum(scheduled_flights) as scheduled_flights,
    sum(on_time_of(subject.subject_type, on_time_arrivals, on_time_departures)) as on_time_flights
from (
    select
        unnest(subjects_of(carrier_code, origin_airport_code, destination_airport_code)) as subject,
        scheduled_departure_hour,
        count(*) as scheduled_flights,
        count(*) filter (is_on_time_arrival) as on_time_arrivals,
        count(*) filter (is_on_time_departure) as on_time_departures
    from fct_flights
    inner join mart_source_coverage as scope
        on
            scope.is_default_scope
            and flight_month between scope.scope_first_month and scope.scope_last_month
    group by
        carrier_code, origin_airport_code, destination_airport_code, scheduled_departure_hour
)
group by all;

-- the classes of the weather are those of the marts, by their bounds
create temp table subject_weather as
with classes as (
    select distinct
        weather_measure,
        class_label,
        class_order,
        class_from_value,
        class_below_value
    from mart_weather_class_punctuality
    where weather_measure in ('precipitation', 'visibility') and class_from_value is not null
),

observed as (
    select
        carrier_code,
        origin_airport_code,
        destination_airport_code,
        measured.weather_measure,
        measured.weather_value,
        count(*) as scheduled_flights,
        count(*) filter (is_on_time_arrival) as on_time_arrivals,
        count(*) filter (is_on_time_departure) as on_time_departures
    from (
        select
            *,
            unnest([
                {
                    'weather_measure': 'precipitation',
                    'weather_value': hour_weather_precipitation_inches
                },
                {'weather_measure': 'visibility', 'weather_value': hour_weather_visibility_miles}
            ]) as measured
        from fct_flights
        inner join mart_source_coverage as scope
            on
                scope.is_default_scope
                and flight_month between scope.scope_first_month and scope.scope_last_month
    )
    where measured.weather_value is not null
    group by all
)

select
    subject.subject_type,
    subject.subject_code,
    classes.weather_measure,
    classes.class_label,
    classes.class_order,
    sum(observed.scheduled_flights) as scheduled_flights,
    sum(
        on_time_of(subject.subject_type, observed.on_time_arrivals, observed.on_time_departures)
    ) as on_time_flights
from (
    select
        unnest(subjects_of(carrier_code, origin_airport_code, destination_airport_code)) as subject,
        *
    from observed
) as observed
inner join classes
    on
        observed.weather_measure = classes.weather_measure
        and observed.weather_value >= classes.class_from_value
        and (observed.weather_value < classes.class_below_value or classes.class_below_value is null)
group by all;
