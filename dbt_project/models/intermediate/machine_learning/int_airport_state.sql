-- The state of traffic at an airport: a row for each instant at which it changed, valid until the
-- next one. Each flight counts from one instant to another; the events that begin or end its time
-- in a count have happened by then, or are in the schedule.

{{ config(materialized='table') }}

{% set counts = [
    'recent_due_flights',
    'recent_overdue_flights',
    'upcoming_flights',
    'recent_departed_flights',
    'recent_late_departed_flights',
    'recent_net_departure_delay_minutes',
] %}
{% set recent_minutes = 60 * var('recent_hours') %}

with scheduled as (
    select * from {{ ref('int_flight_events') }}
),

flights as (
    select
        scheduled.*,
        {{ add_minutes('scheduled_departure_at_utc', -recent_minutes) }} as upcoming_at_utc,
        {{ add_minutes('scheduled_departure_at_utc', recent_minutes) }} as no_longer_due_at_utc,
        {{ add_minutes('departure_at_utc', recent_minutes) }} as no_longer_departed_at_utc,
        -- a flight that leaves early was never overdue
        case
            when coalesce(departure_at_utc > scheduled_departure_at_utc, true) then 1
            else 0
        end as overdue_flights,
        case when is_late_departure then 1 else 0 end as late_departed_flights
    from scheduled
),

changes as (
    {% for instant, changed, known in [
        ('upcoming_at_utc', {'upcoming_flights': '1'}, none),
        (
            'scheduled_departure_at_utc',
            {
                'upcoming_flights': '-1',
                'recent_due_flights': '1',
                'recent_overdue_flights': 'overdue_flights',
            },
            none,
        ),
        ('no_longer_due_at_utc', {'recent_due_flights': '-1'}, none),
        (
            'least(coalesce(departure_at_utc, no_longer_due_at_utc), no_longer_due_at_utc)',
            {'recent_overdue_flights': '-overdue_flights'},
            none,
        ),
        (
            'departure_at_utc',
            {
                'recent_departed_flights': '1',
                'recent_late_departed_flights': 'late_departed_flights',
                'recent_net_departure_delay_minutes': 'departure_delay_minutes',
            },
            'departure_at_utc',
        ),
        (
            'no_longer_departed_at_utc',
            {
                'recent_departed_flights': '-1',
                'recent_late_departed_flights': '-late_departed_flights',
                'recent_net_departure_delay_minutes': '-departure_delay_minutes',
            },
            none,
        ),
    ] -%}
    select
        origin_airport_code,
        {{ instant }} as changed_at_utc,
        {% for count in counts -%}
        {{ changed.get(count, '0') }} as {{ count }},
        {% endfor -%}
        {{ known or 'cast(null as timestamp)' }} as known_at_utc
    from flights
    where {{ instant }} is not null
    {{ "union all" if not loop.last }}
    {% endfor %}
),

instants as (
    select
        origin_airport_code,
        changed_at_utc,
        {% for count in counts -%}
        cast(sum({{ count }}) as integer) as {{ count }},
        {% endfor -%}
        max(known_at_utc) as known_at_utc
    from changes
    group by origin_airport_code, changed_at_utc
)

select
    origin_airport_code,
    {% for count in counts -%}
    cast(sum({{ count }}) over so_far as integer) as {{ count }},
    {% endfor -%}
    changed_at_utc,
    max(known_at_utc) over so_far as last_departure_at_utc
from instants
window
    so_far as (
        partition by origin_airport_code
        order by changed_at_utc
        rows between unbounded preceding and current row
    )
