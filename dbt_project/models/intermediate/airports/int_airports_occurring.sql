-- The airport codes that occur in the data, whether or not they are in the reference.

with airport_months as (
    select * from {{ ref('int_airport_month_flights') }}
),

landings as (
    select * from {{ ref('int_diversion_landings') }}
),

observations as (
    select * from {{ ref('int_weather_observations') }}
),

codes as (
    select airport_code from airport_months
    union
    select airport_code from landings
    union
    select airport_code from observations
)

select airport_code
from codes
where airport_code is not null
