-- Of each quality of the match between flight and aircraft, the table of types and ages counts as
-- many flights as there are.
with flights as (
    select
        aircraft_match_quality,
        count(*) as flight_count
    from {{ ref('fct_flights') }}
    group by aircraft_match_quality
),

counted as (
    select
        aircraft_match_quality,
        sum(scheduled_flights) as counted_flights
    from {{ ref('mart_aircraft_type_age_punctuality') }}
    group by aircraft_match_quality
)

select
    coalesce(counted.aircraft_match_quality, flights.aircraft_match_quality)
        as aircraft_match_quality,
    counted.counted_flights,
    flights.flight_count
from counted
full join flights
    on counted.aircraft_match_quality = flights.aircraft_match_quality
where counted.counted_flights is distinct from flights.flight_count
