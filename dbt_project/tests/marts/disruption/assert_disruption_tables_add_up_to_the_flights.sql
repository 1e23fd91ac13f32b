-- Every table of disruptions that holds all flights holds each of them once: month by month, and
-- state by state, its sums are those of the fact table.
{% set tables = {
    'mart_carrier_airport_month_diversions': ['scheduled', 'diverted'],
    'mart_airport_day_disruptions': ['scheduled', 'diverted', 'cancelled', 'never_departed'],
} %}

with months_of_flights as (
    select
        flight_month,
        count(*) as scheduled,
        sum(case when flight_state = 'diverted' then 1 else 0 end) as diverted,
        sum(case when flight_state = 'cancelled' then 1 else 0 end) as cancelled,
        sum(case when flight_state = 'never_departed' then 1 else 0 end) as never_departed
    from {{ ref('fct_flights') }}
    group by flight_month
),

added_up as (
    {% for table, states in tables.items() %}
    select
        '{{ table }}' as disruption_table,
        flight_month,
        {% for state in ['scheduled', 'diverted', 'cancelled', 'never_departed'] %}
        {{ "sum(" ~ state ~ "_flights)" if state in states else "null" }} as {{ state }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ ref(table) }}
    group by flight_month

    union all

    {% endfor %}
    select
        'mart_carrier_airport_month_cancellations' as disruption_table,
        flight_month,
        sum(flights) as scheduled,
        sum(case when flight_outcome = 'diverted' then flights else 0 end) as diverted,
        sum(case when is_cancelled then flights else 0 end) as cancelled,
        sum(case when flight_outcome = 'never_departed' then flights else 0 end) as never_departed
    from {{ ref('mart_carrier_airport_month_cancellations') }}
    group by flight_month

    union all

    select
        'mart_flight_number_month_delays' as disruption_table,
        flight_month,
        sum(scheduled_flights + other_time_flights) as scheduled,
        null as diverted,
        null as cancelled,
        null as never_departed
    from {{ ref('mart_flight_number_month_delays') }}
    group by flight_month
),

expected as (
    select
        months_of_flights.*,
        tables.disruption_table
    from months_of_flights
    cross join (
        {% for table in (tables.keys() | list) + [
            'mart_carrier_airport_month_cancellations', 'mart_flight_number_month_delays',
        ] %}
        select '{{ table }}' as disruption_table
        {{ "union all" if not loop.last }}
        {% endfor %}
    ) as tables
)

select
    coalesce(added_up.disruption_table, expected.disruption_table) as disruption_table,
    coalesce(added_up.flight_month, expected.flight_month) as flight_month,
    added_up.scheduled - expected.scheduled as flights_too_many
from added_up
full join expected
    on
        added_up.disruption_table = expected.disruption_table
        and added_up.flight_month = expected.flight_month
where
    added_up.scheduled is distinct from expected.scheduled
    or coalesce(added_up.diverted, expected.diverted) is distinct from expected.diverted
    or coalesce(added_up.cancelled, expected.cancelled) is distinct from expected.cancelled
    or coalesce(added_up.never_departed, expected.never_departed)
    is distinct from expected.never_departed
