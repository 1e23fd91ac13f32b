-- The impossible values of flights that the marts do not show, so that they can be looked at.

with flights as (
    select * from {{ ref('stg_bts__flights') }}
),

ranges as (
    select * from {{ ref('flight_plausible_ranges') }}
),

reported as (
    {% for column, measure in flight_measures().items() %}
    select
        '{{ column }}' as reported_column,
        '{{ measure }}' as measure,
        {{ column }} as reported_value,
        flight_date,
        _source_file,
        _source_partition,
        _source_row_number
    from flights
    where {{ column }} is not null
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    reported.reported_column,
    reported.measure,
    reported.reported_value,
    ranges.minimum,
    ranges.maximum,
    cast(date_trunc('month', reported.flight_date) as date) as flight_month,
    reported._source_file,
    reported._source_partition,
    reported._source_row_number
from reported
inner join ranges
    on reported.measure = ranges.measure
where reported.reported_value not between ranges.minimum and ranges.maximum
