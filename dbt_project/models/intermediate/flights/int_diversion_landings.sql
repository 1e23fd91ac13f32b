-- The landings of diverted flights, as rows; BTS has them in columns, up to five in the row of the
-- flight.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

with diverted_flights as (
    select * from {{ ref('int_bts_flights') }}
    where
        {{ partitions_built('_source_partition') }}
        and coalesce(
            {%- for n in range(1, 6) %}
            diversion_{{ n }}_airport_code{{ "," if not loop.last }}
            {%- endfor %}
        ) is not null
),

placeholders as (
    select * from {{ ref('placeholder_tail_numbers') }}
),

landings as (
    {%- for n in range(1, 6) %}
    select
        _source_file,
        _source_row_number,
        flight_date,
        cast(date_trunc('month', flight_date) as date) as flight_month,
        {{ n }} as landing_number,
        diversion_{{ n }}_airport_code as airport_code,
        diversion_{{ n }}_tail_number as tail_number,
        diversion_{{ n }}_airport_dot_id as airport_dot_id,
        diversion_{{ n }}_airport_dot_sequence_id as airport_dot_sequence_id,
        diversion_{{ n }}_wheels_on_clock_minutes as wheels_on_clock_minutes,
        diversion_{{ n }}_total_ground_minutes as total_ground_minutes,
        diversion_{{ n }}_longest_ground_minutes as longest_ground_minutes,
        diversion_{{ n }}_wheels_off_clock_minutes as wheels_off_clock_minutes
    from diverted_flights
    where diversion_{{ n }}_airport_code is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select
    landings.airport_code,
    case when placeholders.tail_number is null then landings.tail_number end as tail_number,
    landings.landing_number,
    landings.airport_dot_id,
    landings.airport_dot_sequence_id,
    landings.wheels_on_clock_minutes,
    landings.wheels_off_clock_minutes,
    landings.total_ground_minutes,
    landings.longest_ground_minutes,
    landings.flight_date,
    landings.flight_month,
    landings._source_file,
    landings._source_row_number
from landings
left join placeholders
    on landings.tail_number = placeholders.tail_number
