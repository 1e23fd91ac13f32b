-- Each taxi, gate return and diversion landing of two hours or more is one row of the list, and the
-- list holds nothing else.
{% set waits = [
    ('taxi_out', 'fct_flights', 'taxi_out_minutes'),
    ('taxi_in', 'fct_flights', 'taxi_in_minutes'),
    ('gate_return', 'fct_flights', 'gate_return_longest_ground_minutes'),
    ('diversion_landing', 'fct_diversion_landings', 'longest_ground_minutes'),
] %}

with waits as (
    {% for kind, table, minutes in waits %}
    select
        '{{ kind }}' as event_kind,
        flight_id,
        {{ minutes }} as ground_minutes
    from {{ ref(table) }}
    where {{ minutes }} >= {{ var('tarmac_delay_min_minutes') }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

told as (
    select
        event_kind,
        flight_id,
        ground_minutes,
        1 as happened,
        0 as listed
    from waits
    union all
    select
        event_kind,
        flight_id,
        ground_minutes,
        0 as happened,
        1 as listed
    from {{ ref('mart_tarmac_delays') }}
)

select
    event_kind,
    flight_id,
    ground_minutes
from told
group by
    event_kind,
    flight_id,
    ground_minutes
having sum(happened) <> sum(listed)
