-- The excluded flight rows, each with its reason, so that nothing is lost silently.

with flights as (
    select * from {{ ref('int_flights_identified') }}
)

select
    flight_id,
    source_system,
    set_aside_reason,
    flight_month,
    source_month,
    _source_file,
    _source_row_number
from flights
where set_aside_reason is not null
