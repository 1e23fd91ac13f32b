-- An airport that occurs in the data but not in the reference has a row all the same: its flights
-- are kept, and lack instants because its time zone is not known.

with reference as (
    select * from {{ ref('int_airports') }}
),

occurring as (
    select airport_code from {{ ref('int_airports_occurring') }}
)

select
    coalesce(reference.airport_code, occurring.airport_code) as airport_code,
    reference.icao_code,
    reference.airport_name,
    reference.city_name,
    reference.state_name,
    reference.country_code,
    reference.time_zone_name,
    reference.elevation_feet,
    reference.latitude_degrees,
    reference.longitude_degrees,
    reference.airport_code is not null as is_in_reference,
    occurring.airport_code is not null as is_in_data
from reference
full join occurring
    on reference.airport_code = occurring.airport_code
