-- A month belongs to one source: the one that most of its flights come from. So the runs of all
-- sources together hold every month once, and the tables by month can be joined to a run.

with flights as (
    select * from {{ ref('int_source_airport_months') }}
),

source_months as (
    select
        flight_month,
        source_system,
        cast(
            extract(year from flight_month) * 12 + extract(month from flight_month) as integer
        ) as month_number,
        sum(scheduled_flights) as flights_of_the_source
    from flights
    group by flight_month, source_system
),

ranked_sources as (
    select
        *,
        row_number() over (
            partition by flight_month
            order by flights_of_the_source desc, source_system asc
        ) as source_rank
    from source_months
),

-- consecutive months have the same distance from their place in the row
months as (
    select
        flight_month,
        source_system,
        month_number - row_number() over (
            partition by source_system
            order by flight_month
        ) as run_number
    from ranked_sources
    where source_rank = 1
),

runs as (
    select
        source_system,
        min(flight_month) as first_month,
        max(flight_month) as last_month,
        max(max(flight_month)) over () = max(flight_month) as is_default_scope
    from months
    group by source_system, run_number
),

-- a run has itself as a span, and the default run the latest months of it as well
spans as (
    select
        source_system,
        first_month,
        false as is_scope_span,
        first_month as span_first_month,
        last_month as span_last_month
    from runs
    union all
    select
        source_system,
        first_month,
        true as is_scope_span,
        greatest(
            first_month,
            cast(
                last_month - interval '{{ var("default_scope_months") - 1 }}' month as date
            )
        ) as span_first_month,
        last_month as span_last_month
    from runs
    where is_default_scope
),

span_airports as (
    select
        spans.source_system,
        spans.first_month,
        spans.is_scope_span,
        spans.span_first_month,
        spans.span_last_month,
        flights.origin_airport_code,
        sum(flights.scheduled_flights) as scheduled_flights,
        coalesce(
            sum(flights.scheduled_flights)
            filter (where flights.source_system <> spans.source_system),
            0
        ) as flights_of_other_sources,
        sum(flights.cancelled_flights) > 0 as has_cancellations,
        sum(flights.flights_with_delay_causes) > 0 as has_delay_causes,
        sum(flights.flights_with_taxi_times) > 0 as has_taxi_times,
        row_number() over (
            partition by spans.source_system, spans.first_month, spans.is_scope_span
            order by flights.origin_airport_code desc
        ) as place_from_the_end
    from spans
    inner join flights
        on flights.flight_month between spans.span_first_month and spans.span_last_month
    group by
        spans.source_system,
        spans.first_month,
        spans.is_scope_span,
        spans.span_first_month,
        spans.span_last_month,
        flights.origin_airport_code
),

measured as (
    select
        source_system,
        first_month,
        is_scope_span,
        span_first_month,
        span_last_month,
        count(*) as origin_airports,
        sum(scheduled_flights) as scheduled_flights,
        sum(flights_of_other_sources) as flights_of_other_sources,
        bool_or(has_cancellations) as has_cancellations,
        bool_or(has_delay_causes) as has_delay_causes,
        bool_or(has_taxi_times) as has_taxi_times,
        {{ joined_text('origin_airport_code', ', ', order_by='origin_airport_code') }}
        filter (where place_from_the_end > 1) as first_airport_codes,
        max(origin_airport_code) as last_airport_code
    from span_airports
    group by source_system, first_month, is_scope_span, span_first_month, span_last_month
),

described as (
    select
        *,
        concat(
            'Departures from ',
            case
                when origin_airports > {{ var('coverage_named_airports') }}
                    then concat({{ count_in_words('origin_airports') }}, ' airports')
                else concat_ws(' and ', first_airport_codes, last_airport_code)
            end,
            ', ', {{ months_in_words('span_first_month', 'span_last_month') }}, ', ',
            {{ count_in_words('cast(scheduled_flights as bigint)') }}, ' flights; source ',
            source_system
        ) as words
    from measured
)

select
    runs.source_system,
    whole.words as coverage_text,
    scope.words as scope_text,
    cast({{ months_between('runs.first_month', 'runs.last_month') }} + 1 as integer)
        as month_count,
    cast(whole.scheduled_flights as integer) as scheduled_flights,
    cast(whole.flights_of_other_sources as integer) as flights_of_other_sources,
    cast(whole.origin_airports as integer) as origin_airports,
    cast(
        {{ var('ranking_minimum_flights_per_day') }} * {{ days_between(
            'scope.span_first_month', "scope.span_last_month + interval '1' month"
        ) }} as integer
    ) as ranking_minimum_flights,
    whole.has_cancellations,
    whole.has_delay_causes,
    whole.has_taxi_times,
    runs.is_default_scope,
    runs.first_month,
    runs.last_month,
    scope.span_first_month as scope_first_month,
    scope.span_last_month as scope_last_month
from runs
inner join described as whole
    on
        runs.source_system = whole.source_system
        and runs.first_month = whole.first_month
        and not whole.is_scope_span
left join described as scope
    on
        runs.source_system = scope.source_system
        and runs.first_month = scope.first_month
        and scope.is_scope_span
