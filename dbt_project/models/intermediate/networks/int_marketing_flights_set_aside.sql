-- The excluded rows of flights by marketing carrier, each with its reason, so that nothing is lost
-- silently.

with flights as (
    select * from {{ ref('int_marketing_flights_identified') }}
)

select
    marketing_flight_id,
    duplicate_flag,
    set_aside_reason,
    flight_month,
    _source_file,
    _source_row_number
from flights
where set_aside_reason is not null
