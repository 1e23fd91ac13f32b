{{ config(materialized='monthly') }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

taxied as (
    select
        origin_airport_code as airport_code,
        'origin' as airport_role,
        cast(extract(hour from departure_at_local) as integer) as local_hour,
        taxi_out_minutes as taxi_minutes,
        flight_month
    from flights

    union all

    select
        destination_airport_code as airport_code,
        'destination' as airport_role,
        cast(extract(hour from wheels_on_at_local) as integer) as local_hour,
        taxi_in_minutes as taxi_minutes,
        flight_month
    from flights
)

select
    airport_code,
    airport_role,
    flight_month,
    local_hour,
    cast(count(*) as integer) as taxied_flights,
    cast(sum(taxi_minutes) as bigint) as total_taxi_minutes,
    {% for percent in [10, 50, 80, 95] -%}
    {{ exact_percentile(percent, 'taxi_minutes') }} as taxi_minutes_p{{ percent }},
    {% endfor -%}
    cast(max(taxi_minutes) as integer) as longest_taxi_minutes
from taxied
where local_hour is not null and taxi_minutes is not null
group by airport_code, airport_role, flight_month, local_hour
