-- No carrier code stands for two carriers on one day.
select
    earlier.carrier_key,
    later.carrier_key as overlapping_carrier_key
from {{ ref('dim_carriers') }} as earlier
inner join {{ ref('dim_carriers') }} as later
    on
        earlier.carrier_code = later.carrier_code
        and earlier.valid_from_date < later.valid_from_date
where earlier.valid_to_date is null or earlier.valid_to_date >= later.valid_from_date
