-- The flights of BTS without impossible values: where a value lies outside the range of the seed,
-- the printed clocks say what it should have been, if they are known; otherwise it is null.

{% set clocked = [
    'departure_delay_minutes', 'arrival_delay_minutes', 'taxi_out_minutes', 'taxi_in_minutes',
] %}
{% set causes, counts = [], [] %}
{% set contradictions = ['has_impossible_arrival_delay_minutes'] %}
{% for cause in delay_causes() %}
{% do causes.append(cause ~ '_delay_minutes') %}
{% do contradictions.append('has_impossible_' ~ causes[-1]) %}
{% endfor %}
{% for column in flight_measures() %}
{% do counts.append('cast(has_impossible_' ~ column ~ ' as integer)') %}
{% endfor %}

with staged as (
    select * from {{ ref('stg_bts__flights') }}
),

plausible_ranges as (
    select * from {{ ref('flight_plausible_ranges') }}
),

outcomes as (
    select * from {{ ref('flight_outcomes') }}
),

placeholders as (
    select * from {{ ref('placeholder_tail_numbers') }}
),

known_codes as (
    select distinct cancellation_code
    from outcomes
),

flights as (
    select
        staged.*,
        'bts' as source_system,
        known_codes.cancellation_code as known_cancellation_code,
        case when placeholders.tail_number is null then staged.tail_number end
            as known_tail_number
    from staged
    left join known_codes
        on staged.cancellation_code = known_codes.cancellation_code
    left join placeholders
        on staged.tail_number = placeholders.tail_number
),

ranges as (
    select
        {{ bounds_of_measures() }},
        'bts' as source_system
    from plausible_ranges
),

judged as (
    select
        flights.*,
        {% for column in flight_measures() -%}
        coalesce(
            {{ is_impossible(column) }},
            false
        ) as has_impossible_{{ column }},
        {% endfor -%}
        ranges.departure_delay_minutes_minimum,
        ranges.arrival_delay_minutes_minimum,
        ranges.arrival_delay_minutes_maximum,
        ranges.taxi_out_minutes_maximum,
        ranges.taxi_in_minutes_maximum
    from flights
    -- one row, joined by a column: an engine may write a cross join in a view in another way
    left join ranges
        on flights.source_system = ranges.source_system
),

counted as (
    select
        judged.*,
        {% for event in ['departure', 'wheels_off', 'wheels_on', 'scheduled_arrival', 'arrival'] -%}
        case
            when not has_impossible_{{ event }}_clock_minutes then {{ event }}_clock_minutes
        end as {{ event }}_reading,
        {% endfor -%}
        {{ counts | join(' + ') }} as impossible_value_count,
        -- the causes divide the arrival delay among them: if one part or the whole is impossible,
        -- none can be relied on
        {{ contradictions | join(' or ') }} as has_impossible_causes,
        case when not has_impossible_scheduled_elapsed_minutes then scheduled_elapsed_minutes end
            as possible_scheduled_minutes,
        case when not has_impossible_actual_elapsed_minutes then actual_elapsed_minutes end
            as possible_actual_minutes
    from judged
),

departed as (
    select
        counted.*,
        -- both clocks are those of the origin
        case
            when has_impossible_departure_delay_minutes
                then
                    departure_delay_minutes_minimum
                    + {{ minutes_of_day(
                        'departure_reading - scheduled_departure_clock_minutes'
                        ~ ' - departure_delay_minutes_minimum'
                    ) }}
            else departure_delay_minutes
        end as left_late_minutes
    from counted
),

clocked as (
    select
        departed.*,
        -- both clocks are those of the destination, and the flight arrives about as late as it left
        case
            when not has_impossible_arrival_delay_minutes then arrival_delay_minutes
            when not is_cancelled and not is_diverted
                then coalesce(
                    left_late_minutes + possible_actual_minutes - possible_scheduled_minutes,
                    left_late_minutes - 720
                    + {{ minutes_of_day(
                        'arrival_reading - scheduled_arrival_reading - left_late_minutes + 720'
                    ) }}
                )
        end as arrived_late_minutes,
        case
            when has_impossible_taxi_out_minutes
                then {{ minutes_of_day('wheels_off_reading - departure_reading') }}
            else taxi_out_minutes
        end as clocked_taxi_out_minutes,
        case
            when has_impossible_taxi_in_minutes
                then {{ minutes_of_day('arrival_reading - wheels_on_reading') }}
            else taxi_in_minutes
        end as clocked_taxi_in_minutes
    from departed
)

select
    carrier_code,
    flight_number,
    known_tail_number as tail_number,
    origin_airport_code,
    destination_airport_code,
    known_cancellation_code as cancellation_code,
    {% for n in range(1, 6) -%}
    diversion_{{ n }}_airport_code,
    diversion_{{ n }}_tail_number,
    diversion_{{ n }}_airport_dot_id,
    diversion_{{ n }}_airport_dot_sequence_id,
    {% endfor -%}
    origin_airport_dot_id,
    destination_airport_dot_id,
    diversion_landing_count,
    scheduled_departure_clock_minutes,
    {% for column in flight_measures() if column not in causes + clocked + reported_flags() -%}
    case when not has_impossible_{{ column }} then {{ column }} end as {{ column }},
    {% endfor -%}
    left_late_minutes as departure_delay_minutes,
    case
        when
            arrived_late_minutes
            between arrival_delay_minutes_minimum and arrival_delay_minutes_maximum
            then arrived_late_minutes
    end as arrival_delay_minutes,
    -- a clock may be wrong as well
    case
        when clocked_taxi_out_minutes <= taxi_out_minutes_maximum then clocked_taxi_out_minutes
    end as taxi_out_minutes,
    case
        when clocked_taxi_in_minutes <= taxi_in_minutes_maximum then clocked_taxi_in_minutes
    end as taxi_in_minutes,
    {% for column in causes -%}
    case when not has_impossible_causes then {{ column }} end as {{ column }},
    {% endfor -%}
    impossible_value_count,
    is_cancelled,
    is_diverted,
    has_reached_destination_after_diversion,
    flight_date,
    _source_file,
    _source_partition,
    _source_row_number,
    _dlt_load_id
from clocked
