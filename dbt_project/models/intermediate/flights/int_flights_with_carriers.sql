-- Joins each flight to the carrier that held its code on the day.

with flights as (
    select * from {{ ref('int_flights_classified') }}
),

carriers as (
    select
        carrier_key,
        carrier_code,
        valid_from_date,
        coalesce(valid_to_date, date '9999-12-31') as joined_to_date
    from {{ ref('int_carriers') }}
)

select
    flights.*,
    carriers.carrier_key
from flights
-- plain comparisons: with an `or` among them, every flight would be compared with every carrier
left join carriers
    on
        flights.carrier_code = carriers.carrier_code
        and flights.flight_date >= carriers.valid_from_date
        and flights.flight_date <= carriers.joined_to_date
