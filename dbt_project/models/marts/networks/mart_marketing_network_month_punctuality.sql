{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_marketing_flights') }}
    where {{ months_built('flight_month') }}
),

measured as (
    select
        marketing_carrier_code,
        flight_month,
        cast(count(distinct operating_carrier_code) as integer) as operating_carrier_count,
        cast(count(*) filter (where is_operated_by_partner) as integer) as partner_operated_flights,
        {{ punctuality_measures() }}
    from flights
    group by marketing_carrier_code, flight_month
)

select
    measured.*,
    cast(
        rank() over (
            partition by flight_month
            order by {{ share_of('on_time_arrivals', 'scheduled_flights') }} desc
        ) as integer
    ) as on_time_rank
from measured
