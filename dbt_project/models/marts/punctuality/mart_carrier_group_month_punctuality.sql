{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

carriers as (
    select
        carrier_key,
        current_group_code,
        current_group_name
    from {{ ref('dim_carriers') }}
),

grouped_flights as (
    select
        flights.*,
        carriers.current_group_code
    from flights
    inner join carriers
        on flights.carrier_key = carriers.carrier_key
),

group_names as (
    select
        current_group_code,
        -- a period that the reference does not cover has no name of its own
        max(current_group_name) as current_group_name
    from carriers
    group by current_group_code
),

reported_carriers as (
    select distinct
        current_group_code,
        flight_month,
        carrier_code
    from grouped_flights
),

reported_groups as (
    select
        current_group_code,
        flight_month,
        {{ joined_text('carrier_code', ', ', order_by='carrier_code') }} as reported_carrier_codes,
        cast(count(*) as integer) as reported_carrier_count
    from reported_carriers
    group by current_group_code, flight_month
),

described_flights as (
    select
        grouped_flights.*,
        group_names.current_group_name,
        reported_groups.reported_carrier_codes,
        reported_groups.reported_carrier_count
    from grouped_flights
    inner join group_names
        on grouped_flights.current_group_code = group_names.current_group_code
    inner join reported_groups
        on
            grouped_flights.current_group_code = reported_groups.current_group_code
            and grouped_flights.flight_month = reported_groups.flight_month
)

select
    current_group_code,
    flight_month,
    current_group_name,
    reported_carrier_codes,
    reported_carrier_count,
    {{ punctuality_measures() }}
from described_flights
group by
    current_group_code,
    flight_month,
    current_group_name,
    reported_carrier_codes,
    reported_carrier_count
