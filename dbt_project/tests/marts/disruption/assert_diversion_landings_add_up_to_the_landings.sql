-- The landings of diverted flights by carrier, destination and month are the rows of their own table.

select
    landings.landings,
    diversions.landings as landings_by_month
from (
    select
        count(*) as landings,
        coalesce(sum(total_ground_minutes), 0) as ground_minutes
    from {{ ref('fct_diversion_landings') }}
) as landings
cross join (
    select
        coalesce(sum(diversion_landings), 0) as landings,
        coalesce(sum(diversion_ground_minutes), 0) as ground_minutes
    from {{ ref('mart_carrier_airport_month_diversions') }}
) as diversions
where
    landings.landings <> diversions.landings
    or landings.ground_minutes <> diversions.ground_minutes
