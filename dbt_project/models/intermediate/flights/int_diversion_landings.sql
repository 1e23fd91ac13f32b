-- The landings of diverted flights, as rows; BTS has them in columns, up to five in the row of the
-- flight.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

{% set landing_rows = [] %}
{% for n in range(1, 6) %}
{% set landing = {'landing_number': n, 'where': 'diversion_' ~ n ~ '_airport_code is not null'} %}
{% for column in [
    'airport_code',
    'tail_number',
    'airport_dot_id',
    'airport_dot_sequence_id',
    'wheels_on_clock_minutes',
    'total_ground_minutes',
    'longest_ground_minutes',
    'wheels_off_clock_minutes',
] %}
{% do landing.update({column: 'diversion_' ~ n ~ '_' ~ column}) %}
{% endfor %}
{% do landing_rows.append(landing) %}
{% endfor %}

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
    {{ rows_from_each(
        'diverted_flights',
        kept=['_source_file', '_source_row_number', 'flight_date'],
        rows=landing_rows,
    ) }}
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
    cast(date_trunc('month', landings.flight_date) as date) as flight_month,
    landings._source_file,
    landings._source_row_number
from landings
left join placeholders
    on landings.tail_number = placeholders.tail_number
