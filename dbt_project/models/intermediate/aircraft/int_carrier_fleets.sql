-- How many aircraft each carrier flew in a month, by number of seats, and how many are of similar
-- size: a single one among many of other sizes is another aircraft under the same tail number.

{{ config(materialized='monthly') }}

with flown as (
    select
        flight_month,
        flight_date,
        carrier_code,
        tail_number
    from {{ ref('int_aircraft_days') }}
    where {{ months_built('flight_month') }}
),

aircraft as (
    select
        tail_number,
        seat_count,
        manufacture_year,
        joined_from_date,
        joined_to_date
    from {{ ref('int_aircraft') }}
    where is_plausible_airliner and seat_count is not null
),

sizes as (
    select
        flown.flight_month,
        flown.carrier_code,
        aircraft.seat_count,
        count(distinct flown.tail_number) as aircraft_count
    from flown
    inner join aircraft
        on
            flown.tail_number = aircraft.tail_number
            and flown.flight_date >= aircraft.joined_from_date
            and flown.flight_date <= aircraft.joined_to_date
    where aircraft.manufacture_year is null or aircraft.manufacture_year <= year(flown.flight_date)
    group by
        flown.flight_month,
        flown.carrier_code,
        aircraft.seat_count
),

compared as (
    select
        sizes.flight_month,
        sizes.carrier_code,
        sizes.seat_count,
        sum(compared.aircraft_count) as fleet_count,
        sum(
            case
                when
                    compared.seat_count <= {{ var('fleet_size_max_ratio') }} * sizes.seat_count
                    and sizes.seat_count <= {{ var('fleet_size_max_ratio') }} * compared.seat_count
                    then compared.aircraft_count
                else 0
            end
        ) as alike_count
    from sizes
    inner join sizes as compared
        on
            sizes.flight_month = compared.flight_month
            and sizes.carrier_code = compared.carrier_code
    group by
        sizes.flight_month,
        sizes.carrier_code,
        sizes.seat_count
)

select
    carrier_code,
    seat_count,
    cast(alike_count as integer) as alike_aircraft,
    cast(fleet_count - alike_count as integer) as other_aircraft,
    alike_count < {{ var('fleet_min_alike_aircraft') }}
    and fleet_count - alike_count >= {{ var('fleet_min_other_aircraft') }} as is_out_of_fleet,
    flight_month
from compared
