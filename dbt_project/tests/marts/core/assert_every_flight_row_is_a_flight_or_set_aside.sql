-- Every row of every source is a flight or is set aside with a reason, by source and month.
with source_rows as (

    select
        source_system,
        flight_month,
        count(*) as source_rows
    from {{ ref('int_flights_unioned') }}
    where {{ in_untested_months('fct_flights', 'source_month', is_text=true) }}
    group by source_system, flight_month

),

accounted as (

    select
        source_system,
        flight_month
    from {{ ref('fct_flights') }}
    where {{ in_untested_months('fct_flights') }}

    union all

    select
        source_system,
        flight_month
    from {{ ref('int_flights_set_aside') }}
    where {{ in_untested_months('fct_flights', 'source_month', is_text=true) }}

),

accounted_rows as (

    select
        source_system,
        flight_month,
        count(*) as accounted_rows
    from accounted
    group by source_system, flight_month

)

select
    coalesce(source_rows.source_system, accounted_rows.source_system) as source_system,
    coalesce(source_rows.flight_month, accounted_rows.flight_month) as flight_month,
    source_rows.source_rows,
    accounted_rows.accounted_rows
from source_rows
full join accounted_rows
    on
        source_rows.source_system = accounted_rows.source_system
        and source_rows.flight_month = accounted_rows.flight_month
where source_rows.source_rows is distinct from accounted_rows.accounted_rows
