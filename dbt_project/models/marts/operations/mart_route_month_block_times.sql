{% set compared = {
    'scheduled_block': 'scheduled_block_minutes_p50',
    'actual_block': 'actual_block_minutes_p50',
    'unimpeded_block': 'unimpeded_block_minutes',
    'padding': 'padding_minutes',
} %}

with blocks as (
    select * from {{ ref('int_route_month_blocks') }}
),

padded as (
    select
        blocks.*,
        round(scheduled_block_minutes_p50 - unimpeded_block_minutes, 2) as padding_minutes
    from blocks
),

sequenced as (
    select
        padded.*,
        {% for measure in compared.values() -%}
        lag({{ measure }}) over months_of_the_row as previous_{{ measure }},
        {% endfor -%}
        lag(flight_month) over months_of_the_row as previous_flight_month,
        cast(flight_month - interval 1 year as date) as year_earlier_month
    from padded
    where timed_flights > 0
    window months_of_the_row as (
        partition by origin_airport_code, destination_airport_code, carrier_code
        order by flight_month asc
    )
)

select
    padded.origin_airport_code,
    padded.destination_airport_code,
    padded.carrier_code,
    padded.flight_month,
    padded.scheduled_flights,
    padded.completed_flights,
    padded.timed_flights,
    padded.flights_over_schedule,
    padded.total_scheduled_block_minutes,
    padded.total_actual_block_minutes,
    padded.overrun_minutes,
    padded.scheduled_block_minutes_p50,
    padded.actual_block_minutes_p50,
    padded.unimpeded_block_minutes,
    padded.padding_minutes,
    {% for name, measure in compared.items() -%}
    round(padded.{{ measure }} - sequenced.previous_{{ measure }}, 2)
        as {{ name }}_change_minutes,
    {% endfor -%}
    {% for name, measure in compared.items() -%}
    round(padded.{{ measure }} - year_earlier.{{ measure }}, 2)
        as {{ name }}_year_change_minutes,
    {% endfor -%}
    sequenced.previous_flight_month
from padded
left join sequenced
    on
        padded.origin_airport_code = sequenced.origin_airport_code
        and padded.destination_airport_code = sequenced.destination_airport_code
        and padded.carrier_code = sequenced.carrier_code
        and padded.flight_month = sequenced.flight_month
left join padded as year_earlier
    on
        sequenced.origin_airport_code = year_earlier.origin_airport_code
        and sequenced.destination_airport_code = year_earlier.destination_airport_code
        and sequenced.carrier_code = year_earlier.carrier_code
        and sequenced.year_earlier_month = year_earlier.flight_month
