-- A BTS flight has the DOT identifier that the reference gives to its carrier code on its day.
{{ config(severity='warn') }}

select
    flights.carrier_code,
    flights.carrier_dot_id as flown_carrier_dot_id,
    carriers.carrier_dot_id,
    min(flights.flight_date) as first_flight_date,
    count(*) as flights
from {{ ref('stg_bts__flights') }} as flights
inner join {{ ref('dim_carriers') }} as carriers
    on
        flights.carrier_code = carriers.carrier_code
        and flights.flight_date >= carriers.valid_from_date
        and (carriers.valid_to_date is null or flights.flight_date <= carriers.valid_to_date)
where
    carriers.is_in_reference
    and flights.carrier_dot_id <> carriers.carrier_dot_id
group by
    flights.carrier_code,
    flights.carrier_dot_id,
    carriers.carrier_dot_id
