-- A group's row of a month counts the flights whose code meant, on their day, a carrier of the
-- group, and names these codes, as many as it says.
with group_months as (
    select * from {{ ref('mart_carrier_group_month_punctuality') }}
),

flights as (
    select * from {{ ref('fct_flights') }}
),

carriers as (
    select * from {{ ref('dim_carriers') }}
),

reported as (
    select
        carriers.current_group_code,
        flights.flight_month,
        flights.carrier_code,
        count(*) as flight_count
    from flights
    inner join carriers
        on
            flights.carrier_code = carriers.carrier_code
            and flights.flight_date between
            carriers.valid_from_date and coalesce(carriers.valid_to_date, date '9999-12-31')
    group by carriers.current_group_code, flights.flight_month, flights.carrier_code
),

summed as (
    select
        current_group_code,
        flight_month,
        {{ joined_text('carrier_code', ', ', order_by='carrier_code') }} as carrier_codes,
        count(*) as carrier_count,
        sum(flight_count) as flight_count
    from reported
    group by current_group_code, flight_month
)

select
    coalesce(group_months.current_group_code, summed.current_group_code) as group_code,
    coalesce(group_months.flight_month, summed.flight_month) as group_month,
    group_months.reported_carrier_codes,
    summed.carrier_codes,
    group_months.scheduled_flights,
    summed.flight_count
from group_months
full join summed
    on
        group_months.current_group_code = summed.current_group_code
        and group_months.flight_month = summed.flight_month
where
    group_months.reported_carrier_codes is distinct from summed.carrier_codes
    or group_months.reported_carrier_count is distinct from summed.carrier_count
    or group_months.scheduled_flights is distinct from summed.flight_count
