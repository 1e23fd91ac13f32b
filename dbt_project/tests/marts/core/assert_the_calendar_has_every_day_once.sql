-- The calendar runs from its first to its last day without a gap.
select
    min(calendar_date) as first_date,
    max(calendar_date) as last_date,
    count(*) as calendar_days
from {{ ref('dim_dates') }}
having
    min(calendar_date) <> date '{{ var("calendar_start_date") }}'
    or max(calendar_date) <> date '{{ var("calendar_end_date") }}'
    or count(*) <> {{ days_between('min(calendar_date)', 'max(calendar_date)') }} + 1
