-- How many rows a source has for each month, compared with the loaded months before and after it: a
-- truncated month, or one that also holds another month, differs from both.

with flights as (
    select * from {{ ref('int_flight_month_rows') }}
),

months as (
    select
        source_system,
        flight_month,
        sum(row_count) as row_count,
        {{ days_between('flight_month', 'cast(flight_month + interval 1 month as date)') }}
            as day_count
    from flights
    group by
        source_system,
        flight_month
),

daily as (
    select
        source_system,
        flight_month,
        row_count,
        {{ share_of('row_count', 'day_count') }} as rows_per_day
    from months
),

neighbours as (
    select
        daily.*,
        lag(rows_per_day) over loaded_months as previous_rows_per_day,
        lead(rows_per_day) over loaded_months as next_rows_per_day
    from daily
    window loaded_months as (partition by source_system order by flight_month)
),

compared as (
    select
        {% for neighbour in ['previous', 'next'] %}
        rows_per_day <= {{ neighbour }}_rows_per_day * {{ var('month_volume_max_ratio') }}
        and {{ neighbour }}_rows_per_day <= rows_per_day * {{ var('month_volume_max_ratio') }}
            as is_like_{{ neighbour }},
        {% endfor %}
        neighbours.*
    from neighbours
)

select
    source_system,
    row_count,
    rows_per_day,
    previous_rows_per_day,
    next_rows_per_day,
    -- one similar neighbour is enough: the good months next to a bad one must not be flagged
    coalesce(is_like_previous or is_like_next, is_like_previous, is_like_next, true)
        as is_like_a_neighbour,
    flight_month
from compared
