with flights as (
    select * from {{ ref('fct_flights') }}
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
)

select
    scheduled_departure_hour,
    iso_weekday,
    {{ punctuality_measures() }}
from dated
group by scheduled_departure_hour, iso_weekday
