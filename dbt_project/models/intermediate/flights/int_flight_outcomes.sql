-- The possible outcomes of a flight, for the marts, which do not read seeds.

select
    flight_outcome,
    flight_state,
    cancellation_code,
    meaning as outcome_meaning,
    is_cancelled
from {{ ref('flight_outcomes') }}
