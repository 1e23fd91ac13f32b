-- The codes and names that the flights of BTS report for each airport in a month.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

{% set named = ['city_name', 'state_code', 'state_name', 'state_fips_code'] %}
{% set numbered = ['city_market_dot_id', 'world_area_code'] %}

with bts_flights as (
    select * from {{ ref('stg_bts__flights') }}
    where {{ partitions_built('_source_partition') }}
),

flights as (
    select
        bts_flights.*,
        cast(date_trunc('month', flight_date) as date) as flight_month
    from bts_flights
),

occurrences as (
    {% for end in ['origin', 'destination'] %}
    select
        {{ end }}_airport_code as airport_code,
        {{ end }}_airport_dot_id as airport_dot_id,
        {{ end }}_airport_dot_sequence_id as airport_dot_sequence_id,
        {% for column in named + numbered -%}
        max({{ end }}_{{ column }}) as {{ column }},
        {% endfor -%}
        min(flight_date) as first_flight_date,
        max(flight_date) as last_flight_date,
        flight_month
    from flights
    group by
        {{ end }}_airport_code,
        {{ end }}_airport_dot_id,
        {{ end }}_airport_dot_sequence_id,
        flight_month
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    airport_code,
    {% for column in named -%}
    max({{ column }}) as {{ column }},
    {% endfor -%}
    airport_dot_id,
    airport_dot_sequence_id,
    {% for column in numbered -%}
    max({{ column }}) as {{ column }},
    {% endfor -%}
    min(first_flight_date) as first_flight_date,
    max(last_flight_date) as last_flight_date,
    flight_month
from occurrences
where
    airport_code is not null
    and airport_dot_id is not null
    and airport_dot_sequence_id is not null
group by
    airport_code,
    airport_dot_id,
    airport_dot_sequence_id,
    flight_month
