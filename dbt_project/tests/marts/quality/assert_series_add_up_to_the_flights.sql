-- All flights, all carriers together, and all airports together are the flights of each day.
with flights as (
    select
        flight_date,
        count(*) as scheduled_flights,
        count(*) filter (where is_on_time_arrival) as on_time_arrivals,
        count(*) filter (where not has_known_weather_match) as flights_without_known_weather
    from {{ ref('fct_flights') }}
    group by flight_date
),

series as (
    select
        series_type,
        flight_date,
        sum(scheduled_flights) as scheduled_flights,
        sum(on_time_arrivals) as on_time_arrivals,
        sum(flights_without_known_weather) as flights_without_known_weather
    from {{ ref('mart_series_day_measures') }}
    group by series_type, flight_date
)

select
    series.series_type,
    coalesce(series.flight_date, flights.flight_date) as flight_date,
    series.scheduled_flights,
    flights.scheduled_flights as flights_of_the_day
from series
full join flights on series.flight_date = flights.flight_date
where
    series.series_type is null
    or series.scheduled_flights <> coalesce(flights.scheduled_flights, 0)
    or series.on_time_arrivals <> coalesce(flights.on_time_arrivals, 0)
    or series.flights_without_known_weather <> coalesce(flights.flights_without_known_weather, 0)
