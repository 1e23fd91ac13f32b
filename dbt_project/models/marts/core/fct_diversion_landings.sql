-- Clock readings have no day: each landing is the first such reading at its airport after the
-- preceding take-off, and each take-off the first after its landing.

{{ config(materialized='monthly', month_column=month_of_flight_id()) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }} and source_system = 'bts'
),

airports as (
    select * from {{ ref('int_airports') }}
),

landing_rows as (
    select * from {{ ref('int_diversion_landings') }}
    where {{ months_built('flight_month') }}
),

landings as (
    select
        landing_rows.*,
        flights.flight_id,
        airports.time_zone_name,
        coalesce(
            flights.wheels_off_at_utc,
            flights.departure_at_utc,
            flights.scheduled_departure_at_utc
        ) as took_off_at_utc
    from landing_rows
    inner join flights
        on
            landing_rows._source_file = flights._source_file
            and landing_rows._source_row_number = flights._source_row_number
    left join airports
        on landing_rows.airport_code = airports.airport_code
),

-- one row for each flight, so that each of its landings can be worked out from the one before
flights_in_columns as (
    select
        flight_id,
        {% for n in range(1, 6) -%}
        {% for column in [
            'landing_number', 'time_zone_name', 'wheels_on_clock_minutes', 'wheels_off_clock_minutes',
        ] -%}
        max(case when landing_number = {{ n }} then {{ column }} end) as {{ column }}_{{ n }},
        {% endfor -%}
        {% endfor -%}
        max(took_off_at_utc) as took_off_at_utc
    from landings
    group by flight_id
),

left_0 as (
    select
        flights_in_columns.*,
        took_off_at_utc as left_at_utc_0
    from flights_in_columns
),

{% for n in range(1, 6) %}
{% set approached = 'coalesce(left_at_utc_' ~ (n - 1) ~ ', took_off_at_utc)' %}
{% set wheels_on = local_to_utc('wheels_on_clock_at_local_' ~ n, 'time_zone_name_' ~ n) %}
{% set wheels_off = local_to_utc('wheels_off_clock_at_local_' ~ n, 'time_zone_name_' ~ n) %}
approached_{{ n }} as (
    select
        left_{{ n - 1 }}.*,
        {{ approached }} as approached_at_utc_{{ n }},
        {{ utc_to_local(approached, 'time_zone_name_' ~ n) }} as approached_at_local_{{ n }}
    from left_{{ n - 1 }}
),

landed_{{ n }} as (
    select
        approached_{{ n }}.*,
        {{ first_clock_after('approached_at_local_' ~ n, 'wheels_on_clock_minutes_' ~ n) }}
            as wheels_on_clock_at_local_{{ n }}
    from approached_{{ n }}
),

resumed_{{ n }} as (
    select
        landed_{{ n }}.*,
        {{ first_clock_after(
            'coalesce(wheels_on_clock_at_local_' ~ n ~ ', approached_at_local_' ~ n ~ ')',
            'wheels_off_clock_minutes_' ~ n
        ) }} as wheels_off_clock_at_local_{{ n }}
    from landed_{{ n }}
),

left_{{ n }} as (
    select
        resumed_{{ n }}.*,
        {{ wheels_on }} as wheels_on_at_utc_{{ n }},
        {{ wheels_off }} as wheels_off_at_utc_{{ n }},
        case
            when landing_number_{{ n }} is not null
                then coalesce({{ wheels_off }}, {{ wheels_on }}, approached_at_utc_{{ n }})
        end as left_at_utc_{{ n }}
    from resumed_{{ n }}
),

{% endfor %}
timed as (
    select
        landings.*,
        case landings.landing_number
            when 1 then left_5.wheels_on_at_utc_1
            when 2 then left_5.wheels_on_at_utc_2
            when 3 then left_5.wheels_on_at_utc_3
            when 4 then left_5.wheels_on_at_utc_4
            when 5 then left_5.wheels_on_at_utc_5
        end as wheels_on_at_utc,
        case landings.landing_number
            when 1 then left_5.wheels_off_at_utc_1
            when 2 then left_5.wheels_off_at_utc_2
            when 3 then left_5.wheels_off_at_utc_3
            when 4 then left_5.wheels_off_at_utc_4
            when 5 then left_5.wheels_off_at_utc_5
        end as wheels_off_at_utc
    from landings
    inner join left_5
        on landings.flight_id = left_5.flight_id
)

select
    flight_id,
    landing_number,
    airport_code,
    tail_number,
    airport_dot_id,
    airport_dot_sequence_id,
    total_ground_minutes,
    longest_ground_minutes,
    wheels_on_at_utc,
    {{ utc_to_local('wheels_on_at_utc', 'time_zone_name') }} as wheels_on_at_local,
    wheels_off_at_utc,
    {{ utc_to_local('wheels_off_at_utc', 'time_zone_name') }} as wheels_off_at_local,
    _source_file,
    _source_row_number
from timed
