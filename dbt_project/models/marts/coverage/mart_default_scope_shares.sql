-- One ranking for all readers: the same flights, the same threshold, the same names.

{% set shares = {
    'arrived_on_time': ('on_time_arrivals', 'scheduled_flights'),
    'arrived_on_time_of_completed': ('on_time_arrivals', 'completed_flights'),
    'arrived_60_minutes_late': ('arrivals_60_minutes_late', 'completed_flights'),
    'arrived_120_minutes_late': ('arrivals_120_minutes_late', 'completed_flights'),
    'departed_on_time': ('on_time_departures', 'scheduled_flights'),
    'departed_60_minutes_late': ('departures_60_minutes_late', 'departed_flights'),
    'late_departure_arrived_on_time': ('late_departures_recovered', 'late_departures'),
    'never_flown': ('never_flown_flights', 'scheduled_flights'),
    'diverted': ('diverted_flights', 'scheduled_flights'),
} %}

{% set share_rows = [] %}
{% for share, (events, total) in shares.items() %}
{% do share_rows.append({
    'share_name': "'" ~ share ~ "'",
    'counted_flights': total,
    'event_flights': events,
}) %}
{% endfor %}

with scope as (
    select
        ranking_minimum_flights,
        scope_first_month,
        scope_last_month
    from {{ ref('mart_source_coverage') }}
    where is_default_scope
),

subject_months as (
    select * from {{ ref('int_subject_month_counts') }}
),

subject_flights as (
    select
        subject_months.subject_type,
        subject_months.subject_code,
        max(subject_months.last_flight_date) as last_flight_date,
        {{ added_share_counts() }}
    from subject_months
    inner join scope
        on subject_months.flight_month between scope.scope_first_month and scope.scope_last_month
    group by subject_months.subject_type, subject_months.subject_code
),

names as (
    {{ share_subject_names() }}
),

counted as (
    {{ rows_from_each(
        'subject_flights',
        kept=['subject_type', 'subject_code', 'scheduled_flights'],
        rows=share_rows,
    ) }}
)

select
    counted.subject_type,
    counted.subject_code,
    counted.share_name,
    coalesce(names.subject_name, counted.subject_code) as subject_name,
    cast(names.subject_order as integer) as subject_order,
    cast(counted.scheduled_flights as integer) as scheduled_flights,
    cast(counted.counted_flights as integer) as counted_flights,
    cast(counted.event_flights as integer) as event_flights,
    {{ share_of('counted.event_flights', 'counted.counted_flights') }}
        as event_share,
    cast(
        {{ wilson_bound('counted.event_flights', 'counted.counted_flights', 'low') }} as double
    ) as share_low,
    cast(
        {{ wilson_bound('counted.event_flights', 'counted.counted_flights', 'high') }} as double
    ) as share_high,
    counted.scheduled_flights >= scope.ranking_minimum_flights as is_ranked
from counted
cross join scope
left join names
    on counted.subject_type = names.subject_type and counted.subject_code = names.subject_code
