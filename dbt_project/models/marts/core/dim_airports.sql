-- An airport that occurs in the data but not in the reference also has a row: its flights are kept,
-- without instants unless its time zone is known in another way.

with known_airports as (
    select * from {{ ref('int_airports') }}
),

occurring as (
    select airport_code from {{ ref('int_airports_occurring') }}
),

identities as (
    select * from {{ ref('int_airport_identities') }}
),

latest_identities as (
    select
        airport_code,
        airport_dot_id,
        -- `West Palm Beach, FL`
        split_part(city_name, ',', 1) as city_name,
        state_name
    from identities
    qualify
        row_number() over (
            partition by airport_code
            order by last_flight_date desc, airport_dot_sequence_id desc, airport_dot_id desc
        ) = 1
)

select
    coalesce(known_airports.airport_code, occurring.airport_code) as airport_code,
    known_airports.icao_code,
    known_airports.airport_name,
    coalesce(known_airports.city_name, latest_identities.city_name) as city_name,
    coalesce(known_airports.state_name, latest_identities.state_name) as state_name,
    known_airports.country_code,
    known_airports.time_zone_name,
    known_airports.time_zone_source,
    latest_identities.airport_dot_id,
    known_airports.elevation_feet,
    known_airports.latitude_degrees,
    known_airports.longitude_degrees,
    coalesce(known_airports.is_in_reference, false) as is_in_reference,
    occurring.airport_code is not null as is_in_data
from known_airports
full join occurring
    on known_airports.airport_code = occurring.airport_code
left join latest_identities
    on occurring.airport_code = latest_identities.airport_code
