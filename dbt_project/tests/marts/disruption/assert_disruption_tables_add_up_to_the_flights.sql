-- Every table of disruptions that holds all flights holds each of them once: month by month, and
-- state by state, its sums are those of the fact table.
{% set states = ['diverted', 'cancelled', 'never_departed'] %}
{% set tables = {
    'cancellations': 'mart_carrier_airport_month_cancellations',
    'days': 'mart_airport_day_disruptions',
    'diversions': 'mart_carrier_airport_month_diversions',
    'numbers': 'mart_flight_number_month_delays',
} %}

with flights as (
    select
        {% for state in states %}
        sum(case when flight_state = '{{ state }}' then 1 else 0 end) as {{ state }},
        {% endfor %}
        flight_month,
        count(*) as scheduled
    from {{ ref('fct_flights') }}
    group by flight_month
),

cancellations as (
    select
        flight_month,
        sum(flights) as scheduled,
        sum(case when flight_outcome = 'diverted' then flights else 0 end) as diverted,
        sum(case when is_cancelled then flights else 0 end) as cancelled,
        sum(case when flight_outcome = 'never_departed' then flights else 0 end) as never_departed
    from {{ ref('mart_carrier_airport_month_cancellations') }}
    group by flight_month
),

days as (
    select
        flight_month,
        sum(scheduled_flights) as scheduled,
        sum(diverted_flights) as diverted,
        sum(cancelled_flights) as cancelled,
        sum(never_departed_flights) as never_departed
    from {{ ref('mart_airport_day_disruptions') }}
    group by flight_month
),

-- what a table does not count is told as null
diversions as (
    select
        flight_month,
        sum(scheduled_flights) as scheduled,
        sum(diverted_flights) as diverted,
        cast(null as bigint) as cancelled,
        cast(null as bigint) as never_departed
    from {{ ref('mart_carrier_airport_month_diversions') }}
    group by flight_month
),

numbers as (
    select
        flight_month,
        sum(scheduled_flights + other_time_flights) as scheduled,
        cast(null as bigint) as diverted,
        cast(null as bigint) as cancelled,
        cast(null as bigint) as never_departed
    from {{ ref('mart_flight_number_month_delays') }}
    group by flight_month
)

{% for name, table in tables.items() %}
select
    '{{ table }}' as disruption_table,
    coalesce({{ name }}.flight_month, flights.flight_month) as flight_month,
    {{ name }}.scheduled - flights.scheduled as flights_too_many
from {{ name }}
full join flights
    on {{ name }}.flight_month = flights.flight_month
where
    {{ name }}.scheduled is distinct from flights.scheduled
    {% for state in states %}
    or coalesce({{ name }}.{{ state }}, flights.{{ state }}) is distinct from flights.{{ state }}
    {% endfor %}
{{ "union all" if not loop.last }}
{% endfor %}
