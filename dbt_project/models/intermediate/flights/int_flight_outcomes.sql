-- The possible outcomes of a flight, for the marts, which do not read seeds.

with outcomes as (
    select * from {{ ref('flight_outcomes') }}
)

select
    flight_outcome,
    flight_state,
    cancellation_code,
    meaning as outcome_meaning,
    is_cancelled
from outcomes
