with flight_numbers as (
    select * from {{ ref('mart_flight_number_month_delays') }}
    where is_chronically_delayed
),

chronic as (
    select
        flight_numbers.*,
        cast(12 * extract(year from flight_month) + extract(month from flight_month) as integer)
            as month_count
    from flight_numbers
),

-- months in a row differ from their rank by the same number
runs as (
    select
        chronic.*,
        month_count - row_number() over (
            partition by carrier_code, flight_number, origin_airport_code, destination_airport_code
            order by flight_month
        ) as run_number
    from chronic
),

ranked as (
    select
        runs.*,
        cast(
            row_number() over (
                partition by
                    carrier_code,
                    flight_number,
                    origin_airport_code,
                    destination_airport_code,
                    run_number
                order by flight_month
            ) as integer
        ) as consecutive_months
    from runs
)

select
    carrier_code,
    flight_number,
    origin_airport_code,
    destination_airport_code,
    usual_departure_minutes,
    scheduled_flights,
    completed_flights,
    late_completed_flights,
    diverted_flights,
    late_diverted_flights,
    cancelled_flights,
    never_departed_flights,
    unresolved_flights,
    late_or_cancelled_flights,
    {{ share_of('late_or_cancelled_flights', 'scheduled_flights') }} as late_or_cancelled_share,
    consecutive_months,
    consecutive_months > {{ var('chronic_max_consecutive_months') }}
        as is_over_consecutive_month_limit,
    flight_month
from ranked
