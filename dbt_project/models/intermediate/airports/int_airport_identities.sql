-- The codes and names of each airport in BTS: codes are reassigned between airports, airports
-- change their codes, and DOT assigns a new sequence number when anything about an airport changes.

-- A table, because two models read it.
{{ config(materialized='table') }}

{% set named = ['city_name', 'state_code', 'state_name', 'state_fips_code'] %}
{% set numbered = ['city_market_dot_id', 'world_area_code'] %}

with airport_months as (
    select * from {{ ref('int_airport_identity_months') }}
),

landings as (
    select * from {{ ref('int_diversion_landings') }}
),

occurrences as (
    select
        airport_code,
        airport_dot_id,
        airport_dot_sequence_id,
        {% for column in named + numbered -%}
        {{ column }},
        {% endfor -%}
        true as is_origin_or_destination,
        first_flight_date,
        last_flight_date
    from airport_months

    union all

    -- the file gives nothing else about a diversion airport
    select
        airport_code,
        airport_dot_id,
        airport_dot_sequence_id,
        {% for column in named -%}
        cast(null as string) as {{ column }},
        {% endfor -%}
        {% for column in numbered -%}
        cast(null as integer) as {{ column }},
        {% endfor -%}
        false as is_origin_or_destination,
        flight_date as first_flight_date,
        flight_date as last_flight_date
    from landings
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
    bool_or(is_origin_or_destination) as is_origin_or_destination,
    min(first_flight_date) as first_flight_date,
    max(last_flight_date) as last_flight_date
from occurrences
where
    airport_code is not null
    and airport_dot_id is not null
    and airport_dot_sequence_id is not null
group by
    airport_code,
    airport_dot_id,
    airport_dot_sequence_id
