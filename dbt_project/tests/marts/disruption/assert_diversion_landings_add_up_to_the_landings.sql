-- The landings by carrier, destination and month add up to the rows of the landings' own table.

with landings as (
    select
        count(*) as landings,
        coalesce(sum(total_ground_minutes), 0) as ground_minutes
    from {{ ref('fct_diversion_landings') }}
),

diversions as (
    select
        coalesce(sum(diversion_landings), 0) as landings,
        coalesce(sum(diversion_ground_minutes), 0) as ground_minutes
    from {{ ref('mart_carrier_airport_month_diversions') }}
)

select
    landings.landings,
    diversions.landings as landings_by_month
from landings
cross join diversions
where
    landings.landings <> diversions.landings
    or landings.ground_minutes <> diversions.ground_minutes
