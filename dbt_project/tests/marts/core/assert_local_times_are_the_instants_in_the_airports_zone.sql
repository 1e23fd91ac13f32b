-- Every local time that is not printed by the source is its instant in the airport's time zone.
with flights as (

    select
        origins.time_zone_name as origin_time_zone_name,
        destinations.time_zone_name as destination_time_zone_name,
        flights.first_departure_at_utc,
        flights.first_departure_at_local,
        flights.departure_at_utc,
        flights.departure_at_local,
        flights.wheels_off_at_utc,
        flights.wheels_off_at_local,
        flights.wheels_on_at_utc,
        flights.wheels_on_at_local,
        flights.scheduled_arrival_at_utc,
        flights.scheduled_arrival_at_local,
        flights.arrival_at_utc,
        flights.arrival_at_local
    from {{ ref('fct_flights') }} as flights
    left join {{ ref('dim_airports') }} as origins
        on flights.origin_airport_code = origins.airport_code
    left join {{ ref('dim_airports') }} as destinations
        on flights.destination_airport_code = destinations.airport_code
    where {{ in_untested_months('fct_flights') }}

),

-- Conversions are slow and flights many, so that each hour of a zone is converted once: the clocks
-- of a zone are only ever changed on the hour.
offsets as (

    {% for event, airport in [
        ('first_departure', 'origin'),
        ('departure', 'origin'),
        ('wheels_off', 'origin'),
        ('wheels_on', 'destination'),
        ('scheduled_arrival', 'destination'),
        ('arrival', 'destination'),
    ] %}
    select
        {{ airport }}_time_zone_name as time_zone_name,
        date_trunc('hour', {{ event }}_at_utc) as hour_at_utc,
        {{ minutes_between(event ~ '_at_utc', event ~ '_at_local') }} as offset_minutes,
        {{ event }}_at_local is null as is_local_missing
    from flights
    {{ "union" if not loop.last }}
    {% endfor %}

),

converted as (

    select
        time_zone_name,
        hour_at_utc,
        {{ utc_to_local('hour_at_utc', 'time_zone_name') }} as hour_at_local,
        offset_minutes,
        is_local_missing
    from offsets

)

select
    time_zone_name,
    hour_at_utc,
    hour_at_local,
    offset_minutes
from converted
where
    offset_minutes is distinct from {{ minutes_between('hour_at_utc', 'hour_at_local') }}
    or is_local_missing <> (hour_at_local is null)
