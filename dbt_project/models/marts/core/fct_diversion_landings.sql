-- Clock readings have no day: each landing is the first such reading at its airport after the
-- preceding take-off, and each take-off the first after its landing.

{{ config(materialized='monthly', month_column=month_of_flight_id()) }}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }} and source_system = 'bts'
),

airports as (
    select * from {{ ref('int_airports') }}
),

landing_rows as (
    select * from {{ ref('int_diversion_landings') }}
    where {{ months_built('flight_month') }}
),

landings as (
    select
        landing_rows.*,
        flights.flight_id,
        airports.time_zone_name,
        coalesce(
            flights.wheels_off_at_utc,
            flights.departure_at_utc,
            flights.scheduled_departure_at_utc
        ) as took_off_at_utc
    from landing_rows
    inner join flights
        on
            landing_rows._source_file = flights._source_file
            and landing_rows._source_row_number = flights._source_row_number
    left join airports
        on landing_rows.airport_code = airports.airport_code
),

left_0 as (
    select distinct
        flight_id,
        took_off_at_utc as left_at_utc
    from landings
),

{% for n in range(1, 6) %}
approached_{{ n }} as (
    select
        landings.*,
        coalesce(previous.left_at_utc, landings.took_off_at_utc) as approached_at_utc
    from landings
    left join left_{{ n - 1 }} as previous
        on landings.flight_id = previous.flight_id
    where landings.landing_number = {{ n }}
),

located_{{ n }} as (
    select
        approached_{{ n }}.*,
        {{ utc_to_local('approached_at_utc', 'time_zone_name') }} as approached_at_local
    from approached_{{ n }}
),

landed_{{ n }} as (
    select
        located_{{ n }}.*,
        {{ first_clock_after('approached_at_local', 'wheels_on_clock_minutes') }}
            as wheels_on_clock_at_local
    from located_{{ n }}
),

resumed_{{ n }} as (
    select
        landed_{{ n }}.*,
        {{ first_clock_after(
            'coalesce(wheels_on_clock_at_local, approached_at_local)',
            'wheels_off_clock_minutes'
        ) }} as wheels_off_clock_at_local
    from landed_{{ n }}
),

instants_{{ n }} as (
    select
        resumed_{{ n }}.*,
        {{ local_to_utc('wheels_on_clock_at_local', 'time_zone_name') }} as wheels_on_at_utc,
        {{ local_to_utc('wheels_off_clock_at_local', 'time_zone_name') }} as wheels_off_at_utc
    from resumed_{{ n }}
),

left_{{ n }} as (
    select
        instants_{{ n }}.*,
        coalesce(wheels_off_at_utc, wheels_on_at_utc, approached_at_utc) as left_at_utc
    from instants_{{ n }}
),

{% endfor %}
timed as (
    {% for n in range(1, 6) %}
    select * from left_{{ n }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    flight_id,
    landing_number,
    airport_code,
    tail_number,
    airport_dot_id,
    airport_dot_sequence_id,
    total_ground_minutes,
    longest_ground_minutes,
    wheels_on_at_utc,
    {{ utc_to_local('wheels_on_at_utc', 'time_zone_name') }} as wheels_on_at_local,
    wheels_off_at_utc,
    {{ utc_to_local('wheels_off_at_utc', 'time_zone_name') }} as wheels_off_at_local,
    _source_file,
    _source_row_number
from timed
