-- The days on which each carrier code has a flight, with the DOT identifiers that BTS gives for it.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

with nycflights13_flights as (
    select * from {{ ref('stg_nycflights13__flights') }}
),

bts_flights as (
    select * from {{ ref('stg_bts__flights') }}
    where carrier_code is not null and {{ partitions_built('_source_partition') }}
),

days as (
    select
        carrier_code,
        cast(null as integer) as carrier_dot_id,
        flight_date,
        cast(date_trunc('month', flight_date) as date) as flight_month
    from nycflights13_flights

    union

    select
        carrier_code,
        carrier_dot_id,
        flight_date,
        cast(date_trunc('month', flight_date) as date) as flight_month
    from bts_flights
)

select
    carrier_code,
    carrier_dot_id,
    flight_date,
    flight_month
from days
where {{ months_built('flight_month') }}
