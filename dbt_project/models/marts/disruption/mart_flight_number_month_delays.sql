-- The rule of 14 CFR 399.81(c): departures scheduled near the usual time of the month are one
-- flight, which is late when it arrives MORE than the given number of minutes after schedule.

{{ config(materialized='monthly') }}

{% set clock_minutes_a_day = 24 * 60 %}

with flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }}
),

clocked_flights as (
    select
        flights.*,
        cast(
            60 * extract(hour from scheduled_departure_at_local)
            + extract(minute from scheduled_departure_at_local) as integer
        ) as scheduled_departure_minutes
    from flights
),

-- one row per clock time of the month: later steps read only these few rows
times as (
    select
        carrier_code,
        flight_number,
        origin_airport_code,
        destination_airport_code,
        flight_month,
        scheduled_departure_minutes,
        count(*) as scheduled_flights,
        count(*) filter (where is_completed) as completed_flights,
        count(*) filter (
            where is_completed and arrival_delay_minutes > {{ var('chronic_delay_minutes') }}
        ) as late_completed_flights,
        count(*) filter (where is_diverted) as diverted_flights,
        count(*) filter (
            where
            is_diverted and diversion_arrival_delay_minutes > {{ var('chronic_delay_minutes') }}
        ) as late_diverted_flights,
        count(*) filter (where is_cancelled) as cancelled_flights,
        count(*) filter (where is_never_departed) as never_departed_flights,
        count(*) filter (where is_unresolved) as unresolved_flights
    from clocked_flights
    group by
        carrier_code,
        flight_number,
        origin_airport_code,
        destination_airport_code,
        flight_month,
        scheduled_departure_minutes
),

usual_times as (
    select
        times.*,
        -- the earliest of equally frequent times
        first_value(scheduled_departure_minutes) over (
            partition by
                carrier_code,
                flight_number,
                origin_airport_code,
                destination_airport_code,
                flight_month
            order by scheduled_flights desc, scheduled_departure_minutes asc
        ) as usual_departure_minutes
    from times
),

distances as (
    select
        usual_times.*,
        -- the clock goes round: from 23:50 to 00:10 it is 20 minutes
        least(
            abs(scheduled_departure_minutes - usual_departure_minutes),
            {{ clock_minutes_a_day }} - abs(scheduled_departure_minutes - usual_departure_minutes)
        ) <= {{ var('chronic_departure_window_minutes') }} as is_near_usual_time
    from usual_times
),

months as (
    select
        carrier_code,
        flight_number,
        origin_airport_code,
        destination_airport_code,
        flight_month,
        usual_departure_minutes,
        {% for measure in [
            'scheduled_flights',
            'completed_flights',
            'late_completed_flights',
            'diverted_flights',
            'late_diverted_flights',
            'cancelled_flights',
            'never_departed_flights',
            'unresolved_flights',
        ] %}
        cast(coalesce(sum({{ measure }}) filter (where is_near_usual_time), 0) as integer)
            as {{ measure }},
        {% endfor %}
        cast(coalesce(sum(scheduled_flights) filter (where not is_near_usual_time), 0) as integer)
            as other_time_flights
    from distances
    group by
        carrier_code,
        flight_number,
        origin_airport_code,
        destination_airport_code,
        flight_month,
        usual_departure_minutes
),

judged as (
    select
        months.*,
        late_completed_flights
        + late_diverted_flights
        + cancelled_flights
        + never_departed_flights as late_or_cancelled_flights
    from months
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
    other_time_flights,
    scheduled_flights >= {{ var('chronic_min_flights') }} as has_enough_flights,
    scheduled_flights >= {{ var('chronic_min_flights') }}
    and 100 * late_or_cancelled_flights > {{ var('chronic_late_percent') }} * scheduled_flights
        as is_chronically_delayed,
    flight_month
from judged
