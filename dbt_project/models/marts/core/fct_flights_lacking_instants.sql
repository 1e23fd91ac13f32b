{{ config(
    materialized='monthly',
    month_column="cast(date_trunc('month', flight_date) as date)",
) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

places_without_time_zone as (
    select airport_code
    from {{ ref('dim_airports') }}
    where time_zone_name is null
),

located as (
    select
        flights.flight_id,
        flights.flight_date,
        origins.airport_code is not null as is_origin_time_zone_unknown,
        destinations.airport_code is not null as is_destination_time_zone_unknown,
        flights.scheduled_departure_at_utc is null as is_lacking_scheduled_departure,
        flights.scheduled_arrival_at_utc is null as is_lacking_scheduled_arrival
    from flights
    left join places_without_time_zone as origins
        on flights.origin_airport_code = origins.airport_code
    left join places_without_time_zone as destinations
        on flights.destination_airport_code = destinations.airport_code
)

select
    flight_id,
    case
        when is_origin_time_zone_unknown and is_destination_time_zone_unknown
            then 'both_time_zones_unknown'
        when is_origin_time_zone_unknown then 'origin_time_zone_unknown'
        when is_destination_time_zone_unknown then 'destination_time_zone_unknown'
        else 'schedule_not_reported'
    end as lacking_reason,
    is_lacking_scheduled_departure,
    is_lacking_scheduled_arrival,
    flight_date
from located
where
    is_origin_time_zone_unknown
    or is_destination_time_zone_unknown
    or is_lacking_scheduled_departure
    or is_lacking_scheduled_arrival
