-- Every carrier code and date among the flights of either source is in exactly one row.
with flown_days as (

    select
        carrier_code,
        flight_date
    from {{ ref('stg_nycflights13__flights') }}

    union

    select
        carrier_code,
        flight_date
    from {{ ref('stg_bts__flights') }}
    where carrier_code is not null

)

select
    flown_days.carrier_code,
    flown_days.flight_date,
    count(carriers.carrier_key) as matching_rows
from flown_days
left join {{ ref('dim_carriers') }} as carriers
    on
        flown_days.carrier_code = carriers.carrier_code
        and flown_days.flight_date >= carriers.valid_from_date
        and (
            carriers.valid_to_date is null
            or flown_days.flight_date <= carriers.valid_to_date
        )
group by
    flown_days.carrier_code,
    flown_days.flight_date
having count(carriers.carrier_key) <> 1
