-- Every aircraft of every snapshot is, on the day of the snapshot, in exactly one row.
with registered as (

    select
        tail_number,
        snapshot_date
    from {{ ref('stg_registry__aircraft') }}
    where tail_number is not null

    union

    select
        tail_number,
        date '{{ var("nycflights13_registry_date") }}' as snapshot_date
    from {{ ref('stg_nycflights13__planes') }}

)

select
    registered.tail_number,
    registered.snapshot_date,
    count(aircraft.aircraft_key) as matching_rows
from registered
left join {{ ref('dim_aircraft') }} as aircraft
    on
        registered.tail_number = aircraft.tail_number
        and registered.snapshot_date >= aircraft.valid_from_date
        and registered.snapshot_date <= coalesce(aircraft.valid_to_date, date '9999-12-31')
group by
    registered.tail_number,
    registered.snapshot_date
having count(aircraft.aircraft_key) <> 1
