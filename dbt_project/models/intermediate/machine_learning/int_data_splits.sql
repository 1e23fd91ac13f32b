{{ config(materialized='table') }}

with partitions as (
    select * from {{ ref('int_flight_partitions') }}
),

ordered as (
    select
        flight_month,
        row_number() over (order by flight_month desc) as number_from_the_end
    from partitions
),

-- the months that have features
months as (
    select * from ordered
    {%- if var('feature_months') %}
    where number_from_the_end <= {{ var('feature_months') }}
    {%- endif %}
),

counted as (
    select
        months.*,
        count(*) over () as month_count
    from months
),

-- at least one month for each purpose, if there are enough
sizes as (
    select
        flight_month,
        number_from_the_end,
        case
            when month_count < 2 then 0
            else greatest(1, floor(month_count / {{ var('months_per_test_month') }}))
        end as test_months,
        case
            when month_count < 3 then 0
            else greatest(1, floor(month_count / {{ var('months_per_validation_month') }}))
        end as validation_months
    from counted
)

select
    flight_month,
    case
        when number_from_the_end <= test_months then 'test'
        when number_from_the_end <= test_months + validation_months then 'validation'
        else 'train'
    end as data_split
from sizes
