-- A day is compared with the days of its year, so the table is built by year.

{{ config(
    materialized='monthly',
    months_written='year',
    month_column="cast(date_trunc('year', flight_date) as date)",
    days_read={
        'fct_flights': [0, days_of_years()],
        'int_weather_observations': [1, days_of_years(1)],
    },
) }}

{% set cancellation_reasons = {
    'A': 'carrier', 'B': 'weather', 'C': 'national_air_system', 'D': 'security',
} %}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_of_years_built('flight_month') }}
),

observations as (
    select * from {{ ref('int_weather_observations') }}
    where {{ months_of_years_built('observed_month', 1, 1) }}
),

days as (
    select
        origin_airport_code,
        flight_date,
        flight_month,
        cast(extract(year from flight_date) as integer) as flight_year,
        {% for name, condition in [
            ('completed_flights', 'is_completed'),
            ('cancelled_flights', 'is_cancelled'),
            ('diverted_flights', 'is_diverted'),
            ('never_departed_flights', 'is_never_departed'),
            ('unresolved_flights', 'is_unresolved'),
            ('long_delayed_flights', 'is_completed and ' ~ is_long_delayed()),
            ('disrupted_flights', is_disrupted()),
            ('on_time_departures', 'is_on_time_departure'),
            ('on_time_arrivals', 'is_on_time_arrival'),
        ] %}
        cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
        {% endfor %}
        {% for code, reason in cancellation_reasons.items() %}
        cast(count(*) filter (where is_cancelled and cancellation_code = '{{ code }}') as integer)
            as cancelled_by_{{ reason }}_flights,
        {% endfor %}
        {% for cause in delay_causes() %}
        cast(coalesce(sum({{ cause }}_delay_minutes), 0) as bigint)
            as {{ cause }}_delay_minutes,
        {% endfor %}
        cast(count(*) as integer) as scheduled_flights
    from flights
    group by origin_airport_code, flight_date, flight_month
),

shares as (
    select
        days.*,
        {{ share_of('disrupted_flights', 'scheduled_flights') }} as disrupted_share,
        scheduled_flights >= {{ var('irregular_day_min_flights') }} as has_enough_flights
    from days
),

usual_shares as (
    select
        origin_airport_code,
        flight_year,
        {{ interpolated_percentile(0.5, 'disrupted_share') }} as usual_disrupted_share
    from shares
    where has_enough_flights
    group by origin_airport_code, flight_year
),

weather as (
    select
        airport_code,
        cast(observed_hour_at_local as date) as observed_date,
        cast(count(*) as integer) as weather_hours,
        min(temperature_fahrenheit) as lowest_temperature_fahrenheit,
        max(temperature_fahrenheit) as highest_temperature_fahrenheit,
        max(wind_speed_miles_per_hour) as highest_wind_speed_miles_per_hour,
        max(wind_gust_miles_per_hour) as highest_wind_gust_miles_per_hour,
        cast({{ exact_sum('precipitation_inches', 4) }} as double) as total_precipitation_inches,
        min(visibility_miles) as lowest_visibility_miles
    from observations
    group by airport_code, cast(observed_hour_at_local as date)
),

compared as (
    select
        shares.*,
        usual_shares.usual_disrupted_share,
        coalesce(
            shares.has_enough_flights
            and 100 * shares.disrupted_flights
            >= {{ var('irregular_day_disrupted_percent') }} * shares.scheduled_flights
            -- rounded, because three times 0.1 is a little more than 0.3
            and round(shares.disrupted_share, 9)
            >= round(
                {{ var('irregular_day_times_usual') }} * usual_shares.usual_disrupted_share, 9
            ),
            false
        ) as is_irregular
    from shares
    left join usual_shares
        on
            shares.origin_airport_code = usual_shares.origin_airport_code
            and shares.flight_year = usual_shares.flight_year
)

select
    compared.origin_airport_code as airport_code,
    case
        when not compared.is_irregular then 'regular'
        {% for severity in ['extreme', 'severe'] %}
        when
            100 * compared.disrupted_flights
            >= {{ var(severity ~ '_day_disrupted_percent') }} * compared.scheduled_flights
            then '{{ severity }}'
        {% endfor %}
        else 'irregular'
    end as severity,
    compared.scheduled_flights,
    compared.completed_flights,
    compared.cancelled_flights,
    compared.diverted_flights,
    compared.never_departed_flights,
    compared.unresolved_flights,
    compared.long_delayed_flights,
    compared.disrupted_flights,
    compared.on_time_departures,
    compared.on_time_arrivals,
    {% for reason in cancellation_reasons.values() %}
    compared.cancelled_by_{{ reason }}_flights,
    {% endfor %}
    {% for cause in delay_causes() %}
    compared.{{ cause }}_delay_minutes,
    {% endfor %}
    compared.disrupted_share,
    cast(compared.usual_disrupted_share as double) as usual_disrupted_share,
    weather.weather_hours,
    weather.lowest_temperature_fahrenheit,
    weather.highest_temperature_fahrenheit,
    weather.highest_wind_speed_miles_per_hour,
    weather.highest_wind_gust_miles_per_hour,
    weather.total_precipitation_inches,
    weather.lowest_visibility_miles,
    compared.has_enough_flights,
    compared.is_irregular,
    compared.flight_date,
    compared.flight_month
from compared
left join weather
    on
        compared.origin_airport_code = weather.airport_code
        and compared.flight_date = weather.observed_date
