-- The airport codes that occur in the data, whether or not they are in the reference.

with flights as (
    select
        origin_airport_code,
        destination_airport_code
    from {{ ref('int_flights_unioned') }}
),

landings as (
    select * from {{ ref('int_diversion_landings') }}
),

observations as (
    select * from {{ ref('int_weather_observations') }}
),

codes as (
    select origin_airport_code as airport_code from flights
    union
    select destination_airport_code as airport_code from flights
    union
    select airport_code from landings
    union
    select airport_code from observations
)

select airport_code
from codes
where airport_code is not null
