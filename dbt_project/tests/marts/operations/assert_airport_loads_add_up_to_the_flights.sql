-- Every flight is one scheduled departure of its origin and, where the scheduled arrival is known,
-- one scheduled arrival of its destination; those that left on time are among the departures.
with of_flights as (

    select
        airport_code,
        sum(departures) as departures,
        sum(on_time_departures) as on_time_departures,
        sum(arrivals) as arrivals
    from (
        select
            origin_airport_code as airport_code,
            count(*) as departures,
            sum(case when is_on_time_departure then 1 else 0 end) as on_time_departures,
            0 as arrivals
        from {{ ref('fct_flights') }}
        group by origin_airport_code

        union all

        select
            destination_airport_code as airport_code,
            0 as departures,
            0 as on_time_departures,
            count(scheduled_arrival_at_local) as arrivals
        from {{ ref('fct_flights') }}
        group by destination_airport_code
    ) as ends
    group by airport_code

),

of_hours as (

    select
        airport_code,
        sum(scheduled_departures) as departures,
        sum(on_time_departures) as on_time_departures,
        sum(scheduled_arrivals) as arrivals
    from {{ ref('mart_airport_hour_load') }}
    group by airport_code

)

select
    of_flights.airport_code,
    of_flights.departures,
    of_hours.departures as departures_of_hours,
    of_flights.arrivals,
    of_hours.arrivals as arrivals_of_hours
from of_flights
left join of_hours
    on of_flights.airport_code = of_hours.airport_code
where
    of_flights.departures + of_flights.arrivals > 0
    and (
        of_flights.departures is distinct from of_hours.departures
        or of_flights.on_time_departures is distinct from of_hours.on_time_departures
        or of_flights.arrivals is distinct from of_hours.arrivals
    )
