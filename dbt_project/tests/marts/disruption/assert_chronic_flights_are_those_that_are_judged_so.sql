-- The chronically delayed flights are exactly the flights by number that the rule marks so, and the
-- number of months in a row is one more than that of the month before, or one.

with chronic as (
    select * from {{ ref('mart_chronically_delayed_flights') }}
),

judged as (
    select * from {{ ref('mart_flight_number_month_delays') }}
    where is_chronically_delayed
)

select
    coalesce(chronic.carrier_code, judged.carrier_code) as carrier_code,
    coalesce(chronic.flight_number, judged.flight_number) as flight_number,
    coalesce(chronic.flight_month, judged.flight_month) as flight_month
from chronic
full join judged
    on
        chronic.carrier_code = judged.carrier_code
        and chronic.flight_number = judged.flight_number
        and chronic.origin_airport_code = judged.origin_airport_code
        and chronic.destination_airport_code = judged.destination_airport_code
        and chronic.flight_month = judged.flight_month
left join chronic as month_before
    on
        chronic.carrier_code = month_before.carrier_code
        and chronic.flight_number = month_before.flight_number
        and chronic.origin_airport_code = month_before.origin_airport_code
        and chronic.destination_airport_code = month_before.destination_airport_code
        and chronic.flight_month = month_before.flight_month + interval 1 month
where
    chronic.flight_month is null
    or judged.flight_month is null
    or chronic.consecutive_months <> coalesce(month_before.consecutive_months, 0) + 1
