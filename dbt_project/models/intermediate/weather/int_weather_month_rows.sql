-- How many rows of weather each source has for a month, why some of them are excluded, how many
-- observations are left, and how many of their measurements are impossible: what the quality
-- tables add up, so that they do not read the rows.

{{ config(materialized='monthly', month_column='observed_month') }}
{% set measured_values = 'count(' ~ weather_measurements() | join(') + count(') ~ ')' %}

with reports as (
    select * from {{ ref('int_weather_reports') }}
    -- a report that is not chosen for an hour ends here; a chosen one is an hour
    where {{ months_built('observed_month') }} and set_aside_reason is not null
),

hours as (
    select * from {{ ref('int_weather_hours') }}
    where {{ months_built('observed_month') }}
),

observations as (
    select * from {{ ref('int_weather_observations') }}
    where {{ months_built('observed_month') }}
),

counted as (
    select
        'weather' as source_system,
        set_aside_reason,
        count(*) as row_count,
        0 as observation_count,
        0 as impossible_values,
        observed_month
    from reports
    group by set_aside_reason, observed_month

    union all

    select
        source_system,
        set_aside_reason,
        count(*) as row_count,
        0 as observation_count,
        case when set_aside_reason is null then {{ measured_values }} else 0 end
            as impossible_values,
        observed_month
    from hours
    group by source_system, set_aside_reason, observed_month

    union all

    -- an impossible measurement of an hour is missing in its observation
    select
        source_system,
        cast(null as string) as set_aside_reason,
        0 as row_count,
        count(*) as observation_count,
        -({{ measured_values }}) as impossible_values,
        observed_month
    from observations
    group by source_system, observed_month
)

select
    source_system,
    set_aside_reason,
    cast(sum(row_count) as integer) as row_count,
    cast(sum(observation_count) as integer) as observation_count,
    cast(sum(impossible_values) as integer) as impossible_values,
    observed_month
from counted
group by source_system, set_aside_reason, observed_month
