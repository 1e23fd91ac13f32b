-- No aircraft is valid on the day of a snapshot of the registry that lacks its tail number.
with registered as (

    select
        tail_number,
        snapshot_date
    from {{ ref('stg_registry__aircraft') }}

),

snapshots as (

    select distinct snapshot_date from registered

)

select
    aircraft.aircraft_key,
    aircraft.valid_to_date,
    snapshots.snapshot_date
from {{ ref('dim_aircraft') }} as aircraft
inner join snapshots
    on
        aircraft.valid_from_date <= snapshots.snapshot_date
        and snapshots.snapshot_date <= coalesce(aircraft.valid_to_date, date '9999-12-31')
left join registered
    on
        aircraft.tail_number = registered.tail_number
        and snapshots.snapshot_date = registered.snapshot_date
where registered.tail_number is null
