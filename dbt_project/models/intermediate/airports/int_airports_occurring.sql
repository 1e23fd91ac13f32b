-- The airport codes that occur in the data, whether or not they are in the reference.

with codes as (
    select origin_airport_code as airport_code from {{ ref('int_flights_unioned') }}
    union
    select destination_airport_code as airport_code from {{ ref('int_flights_unioned') }}
    union
    select airport_code from {{ ref('int_diversion_landings') }}
    union
    select airport_code from {{ ref('int_weather_observations') }}
)

select airport_code
from codes
where airport_code is not null
