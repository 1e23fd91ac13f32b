-- The flights of each month by scheduled hour and weekday, with the number of each delay: what the
-- punctuality of all time adds up from.

{{ config(materialized='monthly', group='punctuality') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

dates as (
    select
        calendar_date,
        iso_weekday
    from {{ ref('dim_dates') }}
),

dated as (
    select
        flights.*,
        dates.iso_weekday
    from flights
    inner join dates
        on flights.flight_date = dates.calendar_date
),

{{ month_delays_cte('dated', ['scheduled_departure_hour', 'iso_weekday']) }}

select * from month_delays
