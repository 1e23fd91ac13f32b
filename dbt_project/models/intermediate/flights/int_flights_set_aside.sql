-- The excluded flight rows, each with its reason, so that nothing is lost silently.

select
    flight_id,
    source_system,
    set_aside_reason,
    flight_month,
    _source_file,
    _source_row_number
from {{ ref('int_flights_identified') }}
where set_aside_reason is not null
