-- Block times, recovery and taxi times count each flight of the month that tells of them once (taxi
-- times at either end), with the minutes of the fact table.
{% set blocks = "flight_state = 'completed' and scheduled_block_minutes is not null"
    " and actual_block_minutes is not null" %}
{% set delays = "flight_state = 'completed' and departure_delay_minutes is not null"
    " and arrival_delay_minutes is not null" %}
{% set taxi_out = "taxi_out_minutes is not null and departure_at_local is not null" %}
{% set taxi_in = "taxi_in_minutes is not null and wheels_on_at_local is not null" %}
{% set measures = [
    ('block_flights', blocks, '1', 'mart_route_month_block_times', 'timed_flights', 'true'),
    (
        'scheduled_block_minutes', blocks, 'scheduled_block_minutes',
        'mart_route_month_block_times', 'total_scheduled_block_minutes', 'true',
    ),
    (
        'actual_block_minutes', blocks, 'actual_block_minutes',
        'mart_route_month_block_times', 'total_actual_block_minutes', 'true',
    ),
    ('scheduled_flights', 'true', '1', 'mart_route_month_block_times', 'scheduled_flights', 'true'),
    (
        'compared_flights', delays, '1',
        'mart_carrier_month_time_recovery', 'compared_flights', 'true',
    ),
    (
        'net_gained_minutes', delays, 'departure_delay_minutes - arrival_delay_minutes',
        'mart_carrier_month_time_recovery', 'gained_minutes - lost_minutes', 'true',
    ),
    (
        'taxied_out_flights', taxi_out, '1',
        'mart_airport_hour_month_taxi_times', 'taxied_flights', "airport_role = 'origin'",
    ),
    (
        'taxi_out_minutes', taxi_out, 'taxi_out_minutes',
        'mart_airport_hour_month_taxi_times', 'total_taxi_minutes', "airport_role = 'origin'",
    ),
    (
        'taxied_in_flights', taxi_in, '1',
        'mart_airport_hour_month_taxi_times', 'taxied_flights', "airport_role = 'destination'",
    ),
    (
        'taxi_in_minutes', taxi_in, 'taxi_in_minutes',
        'mart_airport_hour_month_taxi_times', 'total_taxi_minutes', "airport_role = 'destination'",
    ),
] %}

with counted as (
    {% for name, condition, value, subject_table, column, role in measures %}

    select
        '{{ name }}' as measure,
        flight_month,
        sum(case when {{ condition }} then {{ value }} else 0 end) as of_flights,
        cast(0 as bigint) as of_subject_table
    from {{ ref('fct_flights') }}
    group by flight_month

    union all

    select
        '{{ name }}' as measure,
        flight_month,
        cast(0 as bigint) as of_flights,
        sum({{ column }}) as of_subject_table
    from {{ ref(subject_table) }}
    where {{ role }}
    group by flight_month
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    measure,
    flight_month,
    sum(of_flights) as of_flights,
    sum(of_subject_table) as of_subject_table
from counted
group by measure, flight_month
having sum(of_flights) <> sum(of_subject_table)
