-- How a flight can end, for the marts, which read no seeds.

select
    flight_outcome,
    flight_state,
    cancellation_code,
    meaning as outcome_meaning,
    is_cancelled
from {{ ref('flight_outcomes') }}
