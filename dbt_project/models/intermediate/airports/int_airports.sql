-- The airports with known attributes, above all the time zone: those of the reference that have an
-- IATA code, and codes missing from it whose zone is nevertheless certain.

{{ config(materialized='table') }}

with reference_rows as (
    select * from {{ ref('stg_airportsdata__airports') }}
    where airport_code is not null
),

renamed as (
    select * from {{ ref('renamed_airports') }}
),

corrections as (
    select * from {{ ref('airport_zone_corrections') }}
),

identities as (
    select * from {{ ref('int_airport_identities') }}
),

former_codes as (
    select * from {{ ref('former_airport_codes') }}
),

-- every code that an airport has had, with its attributes
reference as (
    select
        coalesce(renamed.airport_code, reference_rows.airport_code) as airport_code,
        coalesce(renamed.icao_code, reference_rows.icao_code) as icao_code,
        reference_rows.airport_name,
        reference_rows.city_name,
        reference_rows.state_name,
        reference_rows.country_code,
        reference_rows.time_zone_name,
        reference_rows.elevation_feet,
        reference_rows.latitude_degrees,
        reference_rows.longitude_degrees,
        coalesce(renamed.airport_code = reference_rows.airport_code, true) as is_in_reference
    from reference_rows
    left join renamed
        on reference_rows.airport_code = renamed.reference_airport_code
),

airports_by_code as (
    select distinct
        airport_code,
        airport_dot_id
    from identities
),

-- a diverted flight may land abroad, at the very airport that the reference means
flown_codes as (
    select distinct airport_code
    from identities
    where is_origin_or_destination
),

-- BTS flights are domestic: a code that the reference has abroad is another airport in BTS
known_airports as (
    select
        reference.airport_code,
        reference.icao_code,
        reference.airport_name,
        reference.city_name,
        reference.state_name,
        reference.country_code,
        coalesce(corrections.time_zone_name, reference.time_zone_name) as time_zone_name,
        case
            when corrections.airport_code is not null then 'correction'
            when reference.is_in_reference then 'reference'
            else 'same_airport'
        end as time_zone_source,
        reference.is_in_reference,
        reference.elevation_feet,
        reference.latitude_degrees,
        reference.longitude_degrees
    from reference
    left join corrections
        on reference.airport_code = corrections.airport_code
    left join flown_codes
        on reference.airport_code = flown_codes.airport_code
    where
        flown_codes.airport_code is null
        {% set country_codes = var('domestic_country_codes') | join("', '") -%}
        or reference.country_code in ('{{ country_codes }}')
),

-- all codes that one airport has had belong to one place
zones_of_airports as (
    select
        airports_by_code.airport_dot_id,
        min(known_airports.time_zone_name) as time_zone_name
    from airports_by_code
    inner join known_airports
        on airports_by_code.airport_code = known_airports.airport_code
    group by airports_by_code.airport_dot_id
    having min(known_airports.time_zone_name) = max(known_airports.time_zone_name)
),

-- a code that several airports have had has a zone only if all of them are known to be in it
codes_of_known_airports as (
    select
        airports_by_code.airport_code,
        min(zones_of_airports.time_zone_name) as time_zone_name
    from airports_by_code
    left join zones_of_airports
        on airports_by_code.airport_dot_id = zones_of_airports.airport_dot_id
    group by airports_by_code.airport_code
    having
        count(*) = count(zones_of_airports.time_zone_name)
        and min(zones_of_airports.time_zone_name) = max(zones_of_airports.time_zone_name)
),

zones as (
    select
        airport_code,
        time_zone_name,
        time_zone_source,
        1 as preference
    from known_airports

    union all

    select
        airport_code,
        time_zone_name,
        'same_airport' as time_zone_source,
        2 as preference
    from codes_of_known_airports

    union all

    select
        airport_code,
        time_zone_name,
        'former_code' as time_zone_source,
        3 as preference
    from former_codes
),

preferred_zones as (
    select * from zones
    qualify row_number() over (partition by airport_code order by preference) = 1
)

select
    preferred_zones.airport_code,
    known_airports.icao_code,
    known_airports.airport_name,
    known_airports.city_name,
    known_airports.state_name,
    known_airports.country_code,
    preferred_zones.time_zone_name,
    preferred_zones.time_zone_source,
    known_airports.elevation_feet,
    known_airports.latitude_degrees,
    known_airports.longitude_degrees,
    coalesce(known_airports.is_in_reference, false) as is_in_reference
from preferred_zones
left join known_airports
    on preferred_zones.airport_code = known_airports.airport_code
