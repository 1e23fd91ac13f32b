-- Joins each flight to the carrier that its code meant on the day.

with flights as (
    select * from {{ ref('int_flights_classified') }}
),

carriers as (
    select
        carrier_key,
        carrier_code,
        valid_from_date,
        valid_to_date
    from {{ ref('int_carriers') }}
)

select
    flights.*,
    carriers.carrier_key
from flights
left join carriers
    on
        flights.carrier_code = carriers.carrier_code
        and flights.flight_date >= carriers.valid_from_date
        and (carriers.valid_to_date is null or flights.flight_date <= carriers.valid_to_date)
