{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

landing_rows as (
    select * from {{ ref('fct_diversion_landings') }}
    where {{ months_built(month_of_flight_id()) }}
),

landings as (
    select
        flight_id,
        count(*) as landing_count,
        sum(total_ground_minutes) as ground_minutes
    from landing_rows
    group by flight_id
),

flights_with_landings as (
    select
        flights.*,
        landings.landing_count,
        landings.ground_minutes
    from flights
    left join landings
        on flights.flight_id = landings.flight_id
)

select
    carrier_code,
    destination_airport_code,
    cast(count(*) as integer) as scheduled_flights,
    cast(count(*) filter (where is_diverted) as integer) as diverted_flights,
    cast(
        count(*) filter (where is_diverted and has_reached_destination_after_diversion) as integer
    ) as reached_destination_flights,
    cast(
        count(*) filter (where is_diverted and not has_reached_destination_after_diversion)
        as integer
    ) as not_reached_destination_flights,
    cast(
        count(*) filter (where is_diverted and has_reached_destination_after_diversion is null)
        as integer
    ) as unknown_end_flights,
    cast(count(*) filter (where is_cancelled_after_takeoff) as integer)
        as cancelled_after_takeoff_flights,
    cast(coalesce(sum(landing_count), 0) as integer) as diversion_landings,
    cast(coalesce(sum(ground_minutes), 0) as bigint) as diversion_ground_minutes,
    cast(
        coalesce(sum(greatest(diversion_arrival_delay_minutes, 0)) filter (where is_diverted), 0)
        as bigint
    ) as total_diversion_arrival_delay_minutes,
    flight_month
from flights_with_landings
group by carrier_code, destination_airport_code, flight_month
