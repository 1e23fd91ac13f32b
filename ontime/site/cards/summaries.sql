-- One row for each subject: its numbers, its rank, and the answers in words.

with totals as (
    select
        subject_type,
        subject_code,
        sum(columns('(_flights|_arrivals|_departures|_minutes|_minutes_late)$'))
    from subject_months
    group by subject_type, subject_code
),

measured as (
    select
        *,
        on_time_of(subject_type, on_time_arrivals, on_time_departures) as on_time_flights,
        cancelled_flights + never_departed_flights as never_flown_flights,
        carrier_delay_minutes + weather_delay_minutes + national_air_system_delay_minutes
        + security_delay_minutes + late_aircraft_delay_minutes as cause_minutes
    from totals
),

network as (
    select * from measured where subject_type = 'network'
),

names as (
    select
        subject_type,
        subject_code,
        subject_name,
        is_ranked,
        ranking_minimum_flights,
        case when is_ranked then
            rank() over (partition by subject_type, is_ranked order by event_share desc)
        end as place,
        count(*) filter (is_ranked) over (partition by subject_type) as places
    from mart_default_scope_shares
    cross join (select ranking_minimum_flights from mart_source_coverage where is_default_scope)
    where
        share_name
        = case when subject_type = 'origin_airport' then 'departed_on_time' else 'arrived_on_time' end
),

quarters as (
    select
        months.subject_type,
        months.subject_code,
        scope.scope_last_month,
        sum(months.scheduled_flights) filter (months.flight_month > scope.scope_last_month - interval 3 month)
            as recent_flights,
        sum(on_time_of(months.subject_type, months.on_time_arrivals, months.on_time_departures))
            filter (months.flight_month > scope.scope_last_month - interval 3 month)
            as recent_on_time,
        sum(months.scheduled_flights) filter (months.flight_month <= scope.scope_last_month - interval 3 month)
            as earlier_flights,
        sum(on_time_of(months.subject_type, months.on_time_arrivals, months.on_time_departures))
            filter (months.flight_month <= scope.scope_last_month - interval 3 month)
            as earlier_on_time
    from subject_months as months
    inner join mart_source_coverage as scope
        on
            scope.is_default_scope
            and months.flight_month > scope.scope_last_month - interval 6 month
    group by months.subject_type, months.subject_code, scope.scope_last_month
),

trends as (
    select
        subject_type,
        subject_code,
        case
            when recent_flights > 0 and earlier_flights > 0 then
                'In the three months to ' || strftime(scope_last_month, '%B %Y') || ', '
                || percent_of(recent_on_time, recent_flights) || ' ' || verb_of(subject_type)
                || ' on time, '
                || format('{:.1f}', 100 * abs(recent_on_time / recent_flights - earlier_on_time / earlier_flights))
                || ' percentage points '
                || case
                    when recent_on_time / recent_flights >= earlier_on_time / earlier_flights
                        then 'more' else 'fewer'
                end
                || ' than in the three months before.'
            else 'There are no two quarters with flights to compare: 0 or 1 of the last 2 has any.'
        end as trend_answer
    from quarters
),

hours as (
    select
        subject_type,
        subject_code,
        count(*) as counted_hours,
        max_by(
            struct_pack(departure_hour := scheduled_departure_hour, total := scheduled_flights, events := on_time_flights),
            on_time_flights / scheduled_flights
        ) as best,
        min_by(
            struct_pack(departure_hour := scheduled_departure_hour, total := scheduled_flights, events := on_time_flights),
            on_time_flights / scheduled_flights
        ) as worst
    from (from subject_hours order by scheduled_departure_hour)
    where scheduled_flights >= getvariable('hour_minimum_flights')
    group by subject_type, subject_code
),

weather as (
    select
        subject_type,
        subject_code,
        count(*) as counted_classes,
        max_by(
            struct_pack(words := weather_measure || ', ' || class_label, total := scheduled_flights, events := on_time_flights),
            on_time_flights / scheduled_flights
        ) as best,
        min_by(
            struct_pack(words := weather_measure || ', ' || class_label, total := scheduled_flights, events := on_time_flights),
            on_time_flights / scheduled_flights
        ) as worst
    from (from subject_weather order by weather_measure, class_order)
    where scheduled_flights >= getvariable('hour_minimum_flights')
    group by subject_type, subject_code
)

select
    measured.subject_type,
    measured.subject_code,
    names.subject_name,
    measured.scheduled_flights,
    measured.completed_flights,
    measured.on_time_flights,
    measured.on_time_flights / nullif(measured.scheduled_flights, 0) as on_time_share,
    measured.never_flown_flights / nullif(measured.scheduled_flights, 0) as never_flown_share,
    measured.arrivals_60_minutes_late / nullif(measured.completed_flights, 0) as hour_late_share,
    measured.net_arrival_delay_minutes / nullif(measured.completed_flights, 0)
        as average_delay_minutes,
    measured.never_flown_flights,
    measured.cancelled_by_carrier_flights,
    measured.cancelled_by_weather_flights,
    measured.cancelled_by_air_system_flights,
    measured.cancelled_by_security_flights,
    measured.diverted_flights,
    measured.arrivals_30_minutes_late,
    measured.arrivals_60_minutes_late,
    measured.arrivals_120_minutes_late,
    measured.arrivals_180_minutes_late,
    measured.cause_minutes,
    measured.carrier_delay_minutes,
    measured.weather_delay_minutes,
    measured.national_air_system_delay_minutes,
    measured.security_delay_minutes,
    measured.late_aircraft_delay_minutes,
    names.place,
    names.places,
    percent_of(measured.on_time_flights, measured.scheduled_flights) || ' of '
    || in_words(measured.scheduled_flights) || ' flights ' || verb_of(measured.subject_type)
    || ' on time, '
    || format(
        '{:.1f}',
        100 * abs(
            measured.on_time_flights / measured.scheduled_flights
            - on_time_of(measured.subject_type, network.on_time_arrivals, network.on_time_departures)
            / network.scheduled_flights
        )
    )
    || ' percentage points '
    || case
        when
            measured.on_time_flights / measured.scheduled_flights
            >= on_time_of(measured.subject_type, network.on_time_arrivals, network.on_time_departures)
            / network.scheduled_flights
            then 'more' else 'fewer'
    end
    || ' than of all flights ('
    || percent_of(
        on_time_of(measured.subject_type, network.on_time_arrivals, network.on_time_departures),
        network.scheduled_flights
    )
    || '). '
    || case
        when names.place is null
            then
                'It has fewer than ' || in_words(names.ranking_minimum_flights)
                || ' flights in this scope, too few to be ranked.'
        else
            'Rank ' || names.place || ' of ' || names.places || ' '
            || case measured.subject_type
                when 'origin_airport' then 'origins' when 'destination_airport' then 'destinations'
                when 'carrier' then 'carriers' else 'routes'
            end || '.'
    end as answer,
    coalesce(trends.trend_answer, 'There are no two quarters with flights to compare: 0 of the last 2 has any.')
        as trend_answer,
    case
        when coalesce(hours.counted_hours, 0) < 2
            then 'Fewer than 2 hours have ' || getvariable('hour_minimum_flights') || ' flights or more to compare.'
        else
            'Best from ' || format('{:02d}:00', hours.best.departure_hour) || ' ('
            || percent_of(hours.best.events, hours.best.total) || ' of ' || in_words(hours.best.total)
            || ' on time), worst from ' || format('{:02d}:00', hours.worst.departure_hour) || ' ('
            || percent_of(hours.worst.events, hours.worst.total) || ' of '
            || in_words(hours.worst.total) || ').'
    end as hour_answer,
    case
        when coalesce(weather.counted_classes, 0) < 2
            then 'Fewer than 2 classes of weather have ' || getvariable('hour_minimum_flights') || ' flights or more to compare.'
        else
            'Best with ' || weather.best.words || ' (' || percent_of(weather.best.events, weather.best.total)
            || ' of ' || in_words(weather.best.total) || ' on time), worst with ' || weather.worst.words || ' ('
            || percent_of(weather.worst.events, weather.worst.total) || ' of '
            || in_words(weather.worst.total) || ').'
    end as weather_answer,
    coalesce(
        'Of ' || in_words(nullif(measured.completed_flights, 0)) || ' flights that arrived, '
        || percent_of(measured.arrivals_60_minutes_late, measured.completed_flights)
        || ' were an hour late or more, '
        || percent_of(measured.arrivals_180_minutes_late, measured.completed_flights)
        || ' three hours.',
        'None of 0 flights arrived.'
    ) as tail_answer,
    in_words(measured.never_flown_flights) || ' flights ('
    || percent_of(measured.never_flown_flights, measured.scheduled_flights)
    || ') were never flown, and ' || in_words(measured.diverted_flights) || ' were diverted.'
    || case
        when not scope.has_cancellations then ' The source of these flights does not report reasons.'
        else ''
    end as never_flown_answer,
    case
        when measured.cause_minutes > 0
            then
                'Of ' || in_words(measured.cause_minutes) || ' minutes of delay with a reported cause, '
                || percent_of(measured.late_aircraft_delay_minutes, measured.cause_minutes)
                || ' came with a late aircraft, '
                || percent_of(measured.carrier_delay_minutes, measured.cause_minutes)
                || ' were the carrier''s own.'
        else '0 minutes of delay have a reported cause: the source of these flights does not report it.'
    end as cause_answer
from measured
cross join network
inner join mart_source_coverage as scope on scope.is_default_scope
left join names
    on measured.subject_type = names.subject_type and measured.subject_code = names.subject_code
left join trends
    on measured.subject_type = trends.subject_type and measured.subject_code = trends.subject_code
left join hours
    on measured.subject_type = hours.subject_type and measured.subject_code = hours.subject_code
left join weather
    on measured.subject_type = weather.subject_type and measured.subject_code = weather.subject_code
order by measured.subject_type, measured.scheduled_flights desc, measured.subject_code
