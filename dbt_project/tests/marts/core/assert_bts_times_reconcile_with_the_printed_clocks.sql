-- The departures, take-offs, landings and arrivals of BTS are rebuilt as instants at which the
-- clock at the airport shows the printed reading. A warning: carriers have reported these readings
-- since 1987, and a wrong one is theirs.
{{ config(severity='warn') }}

{% set events = {
    'departure': 'origin',
    'wheels_off': 'origin',
    'wheels_on': 'destination',
    'arrival': 'destination',
} %}

with flights as (

    select
        flight_id,
        origin_airport_code,
        destination_airport_code,
        {% for event in events -%}
        {{ event }}_at_local,
        {% endfor -%}
        _source_file,
        _source_row_number
    from {{ ref('fct_flights') }}
    where source_system = 'bts' and {{ in_untested_months('fct_flights') }}

),

printed as (

    select
        {% for event in events -%}
        {{ event }}_clock_minutes,
        {% endfor -%}
        _source_file,
        _source_row_number
    from {{ ref('int_flights_unioned') }}
    where
        source_system = 'bts'
        and {{ in_untested_months('fct_flights', 'source_month', is_text=true) }}

),

readings as (

    select
        {% for event in events %}
        {{ nearest_clock(
            'flights.' ~ event ~ '_at_local', 'printed.' ~ event ~ '_clock_minutes'
        ) }} as printed_{{ event }}_at_local,
        {% endfor %}
        flights.*
    from flights
    inner join printed
        on
            flights._source_file = printed._source_file
            and flights._source_row_number = printed._source_row_number

),

-- zone conversions are slow, and nearly all readings agree without one
different_flights as (

    select * from readings
    where
        false
        {% for event in events %}
        or {{ event }}_at_local <> printed_{{ event }}_at_local
        {% endfor %}

),

different as (

    {% for event, airport in events.items() %}
    select
        different_flights.flight_id,
        '{{ event }}' as event_name,
        airports.time_zone_name,
        different_flights.{{ event }}_at_local as rebuilt_at_local,
        different_flights.printed_{{ event }}_at_local as printed_at_local
    from different_flights
    inner join {{ ref('dim_airports') }} as airports
        on different_flights.{{ airport }}_airport_code = airports.airport_code
    where different_flights.{{ event }}_at_local <> different_flights.printed_{{ event }}_at_local
    {{ "union all" if not loop.last }}
    {% endfor %}

),

instants as (

    select
        flight_id,
        event_name,
        time_zone_name,
        rebuilt_at_local,
        printed_at_local,
        {{ local_to_utc('printed_at_local', 'time_zone_name') }} as printed_at_utc
    from different

)

-- into the zone and back moves a reading only if no clock there showed it
select
    flight_id,
    event_name,
    rebuilt_at_local,
    printed_at_local
from instants
where rebuilt_at_local <> {{ utc_to_local('printed_at_utc', 'time_zone_name') }}
