-- The impossible values of flights that the marts do not show, so that they can be looked at. Few
-- flights have one, so these are found first, in one pass, and only their values are listed.

{% set impossible = [] %}
{% for column in flight_measures() %}
{% do impossible.append(is_impossible(column)) %}
{% endfor %}

with staged as (
    select * from {{ ref('stg_bts__flights') }}
),

plausible_ranges as (
    select * from {{ ref('flight_plausible_ranges') }}
),

flights as (
    select
        staged.*,
        'bts' as source_system
    from staged
),

ranges as (
    select
        {{ bounds_of_measures() }},
        'bts' as source_system
    from plausible_ranges
),

flights_with_impossible_values as (
    select flights.*
    from flights
    inner join ranges
        on flights.source_system = ranges.source_system
    where
        {{ impossible | join("\n        or ") }}
),

measured_columns as (
    {% for column, measure in flight_measures().items() %}
    select
        '{{ column }}' as reported_column,
        '{{ measure }}' as measure
    {{ "union all" if not loop.last }}
    {% endfor %}
),

reported as (
    select
        measured_columns.reported_column,
        measured_columns.measure,
        case measured_columns.reported_column
            {% for column in flight_measures() -%}
            when '{{ column }}' then flights.{{ column }}
            {% endfor -%}
        end as reported_value,
        flights.flight_date,
        flights._source_file,
        flights._source_partition,
        flights._source_row_number
    from flights_with_impossible_values as flights
    cross join measured_columns
)

select
    reported.reported_column,
    reported.measure,
    reported.reported_value,
    plausible_ranges.minimum,
    plausible_ranges.maximum,
    cast(date_trunc('month', reported.flight_date) as date) as flight_month,
    reported._source_file,
    reported._source_partition,
    reported._source_row_number
from reported
inner join plausible_ranges
    on reported.measure = plausible_ranges.measure
where reported.reported_value not between plausible_ranges.minimum and plausible_ranges.maximum
