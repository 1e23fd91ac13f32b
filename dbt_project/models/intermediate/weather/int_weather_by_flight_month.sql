-- The observations that the flights of a month can need: those of the month, and those of the days
-- before and after it, which are listed again under it. A join that names the month reads no other.

with observations as (
    select * from {{ ref('int_weather_observations') }}
),

-- the same rows again: a CTE that is read twice would be computed for every month
observations_near_the_ends as (
    select * from {{ ref('int_weather_observations') }}
    where neighbour_month is not null
)

select
    observations.*,
    observed_month as flight_month
from observations

union all

select
    observations_near_the_ends.*,
    neighbour_month as flight_month
from observations_near_the_ends
