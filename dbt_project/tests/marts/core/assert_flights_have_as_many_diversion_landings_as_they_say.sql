-- A BTS flight has as many diversion landings as its number of landings says. A warning: both are
-- the publisher's, which may contradict itself.
{{ config(severity='warn') }}

with landings as (

    select
        flight_id,
        count(*) as named_landings
    from {{ ref('fct_diversion_landings') }}
    group by flight_id

)

select
    flights.flight_id,
    flights.diversion_landing_count,
    coalesce(landings.named_landings, 0) as named_landings
from {{ ref('fct_flights') }} as flights
left join landings on flights.flight_id = landings.flight_id
where coalesce(flights.diversion_landing_count, 0) <> coalesce(landings.named_landings, 0)
