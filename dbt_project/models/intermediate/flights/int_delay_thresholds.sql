-- Adds the upper end of each delay threshold: the next one above it.

with thresholds as (
    select at_least_minutes
    from {{ ref('delay_thresholds') }}
)

select
    at_least_minutes,
    lead(at_least_minutes) over (order by at_least_minutes asc) as below_minutes
from thresholds
