with identities as (
    select * from {{ ref('int_airport_identities') }}
)

select
    airport_dot_id,
    airport_dot_sequence_id,
    airport_code,
    city_name,
    state_code,
    state_name,
    state_fips_code,
    city_market_dot_id,
    world_area_code,
    first_flight_date,
    last_flight_date
from identities
