-- Every aircraft of the registry is one row of the dimension, and no other aircraft is.
with registered as (

    select
        tail_number,
        count(*) as registry_rows
    from {{ ref('stg_nycflights13__planes') }}
    group by tail_number

),

aircraft as (

    select
        tail_number,
        count(*) as dimension_rows
    from {{ ref('dim_aircraft') }}
    group by tail_number

)

select
    coalesce(registered.tail_number, aircraft.tail_number) as tail_number,
    registered.registry_rows,
    aircraft.dimension_rows
from registered
full join aircraft on registered.tail_number = aircraft.tail_number
where registered.registry_rows is distinct from aircraft.dimension_rows
