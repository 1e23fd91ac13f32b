-- Every staged row of weather, of either source, is one observation or is set aside with a reason,
-- by source and day.
with staged as (

    select
        'nycflights13' as source_system,
        cast(observed_hour_at_utc as date) as observed_date
    from {{ ref('stg_nycflights13__weather') }}

    union all

    select
        'weather' as source_system,
        cast(observed_at_utc as date) as observed_date
    from {{ ref('stg_weather__reports') }}

),

accounted as (

    select
        source_system,
        cast(observed_hour_at_utc as date) as observed_date
    from {{ ref('fct_weather_observations') }}

    union all

    select
        source_system,
        cast(observed_hour_at_utc as date) as observed_date
    from {{ ref('int_weather_set_aside') }}

),

staged_rows as (

    select
        source_system,
        observed_date,
        count(*) as staged_rows
    from staged
    group by source_system, observed_date

),

accounted_rows as (

    select
        source_system,
        observed_date,
        count(*) as accounted_rows
    from accounted
    group by source_system, observed_date

)

select
    coalesce(staged_rows.source_system, accounted_rows.source_system) as source_system,
    coalesce(staged_rows.observed_date, accounted_rows.observed_date) as observed_date,
    staged_rows.staged_rows,
    accounted_rows.accounted_rows
from staged_rows
full join accounted_rows
    on
        staged_rows.source_system = accounted_rows.source_system
        and staged_rows.observed_date = accounted_rows.observed_date
where staged_rows.staged_rows is distinct from accounted_rows.accounted_rows
