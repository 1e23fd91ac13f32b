-- Every flight's carrier is a row of its carrier code that is valid on its date.
select
    flights.flight_id,
    flights.carrier_key,
    carriers.carrier_code,
    carriers.valid_from_date,
    carriers.valid_to_date
from {{ ref('fct_flights') }} as flights
left join {{ ref('dim_carriers') }} as carriers
    on flights.carrier_key = carriers.carrier_key
where
    carriers.carrier_key is null
    or flights.carrier_code <> carriers.carrier_code
    or flights.flight_date < carriers.valid_from_date
    or flights.flight_date > carriers.valid_to_date
