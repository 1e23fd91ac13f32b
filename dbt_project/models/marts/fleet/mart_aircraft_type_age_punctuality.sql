{% set class_years = var('aircraft_age_class_years') %}
{% set oldest_years = var('aircraft_oldest_class_years') %}

with flights as (
    select * from {{ ref('fct_flights') }}
),

aircraft as (
    select
        aircraft_key,
        manufacturer_name,
        model_name,
        manufacture_year
    from {{ ref('dim_aircraft') }}
),

-- an aircraft without a credible match has no key, and so no type or year
matched_flights as (
    select
        flights.*,
        coalesce(aircraft.manufacturer_name, 'not known') as manufacturer_name,
        coalesce(aircraft.model_name, 'not known') as model_name,
        year(flights.flight_date) - aircraft.manufacture_year as age_years
    from flights
    left join aircraft
        on flights.aircraft_key = aircraft.aircraft_key
),

classed_flights as (
    select
        matched_flights.*,
        case
            when age_years >= {{ oldest_years }} then {{ oldest_years }}
            else cast(floor(age_years / {{ class_years }}) as integer) * {{ class_years }}
        end as age_from_years
    from matched_flights
),

labelled_flights as (
    select
        classed_flights.*,
        case
            when age_from_years = {{ oldest_years }} then '{{ oldest_years }} years or more'
            when age_from_years is not null
                then
                    concat(age_from_years, ' to ', age_from_years + {{ class_years - 1 }}, ' years')
            else 'not known'
        end as age_class
    from classed_flights
)

select
    aircraft_match_quality,
    manufacturer_name,
    model_name,
    age_class,
    age_from_years,
    {{ punctuality_measures() }}
from labelled_flights
group by
    aircraft_match_quality,
    manufacturer_name,
    model_name,
    age_class,
    age_from_years
