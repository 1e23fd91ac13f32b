-- Joins each flight to the carrier that held its code on the day.

with flights as (
    select * from {{ ref('int_flights_classified') }}
),

carriers as (
    select * from {{ ref('int_carriers') }}
),

carrier_periods as (
    select
        carrier_key,
        carrier_code,
        valid_from_date,
        coalesce(valid_to_date, date '9999-12-31') as joined_to_date
    from carriers
)

select
    flights.*,
    carrier_periods.carrier_key
from flights
-- plain comparisons: with an `or` among them, every flight would be compared with every carrier
left join carrier_periods
    on
        flights.carrier_code = carrier_periods.carrier_code
        and flights.flight_date >= carrier_periods.valid_from_date
        and flights.flight_date <= carrier_periods.joined_to_date
