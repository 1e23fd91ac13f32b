{% set class_years = var('aircraft_age_class_years') %}
{% set oldest_years = var('aircraft_oldest_class_years') %}
{% set group = ['aircraft_match_quality', 'manufacturer_name', 'model_name', 'age_from_years'] %}

with months_of_delays as (
    select * from {{ ref('int_aircraft_type_month_delays') }}
),

{{ added_delays_ctes(group) }},

labelled_delays as (
    select
        ranked_delays.*,
        case
            when age_from_years = {{ oldest_years }} then '{{ oldest_years }} years or more'
            when age_from_years is not null
                then
                    concat(age_from_years, ' to ', age_from_years + {{ class_years - 1 }}, ' years')
            else 'not known'
        end as age_class
    from ranked_delays
)

select
    aircraft_match_quality,
    manufacturer_name,
    model_name,
    age_class,
    age_from_years,
    {{ punctuality_measures_of_delays() }}
from labelled_delays
group by
    aircraft_match_quality,
    manufacturer_name,
    model_name,
    age_class,
    age_from_years
