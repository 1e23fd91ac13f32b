{# The columns of `stg_bts__flights` with values that can be impossible, as a mapping from the column
   to the row of the seed flight_plausible_ranges that applies to it. #}
{% macro flight_measures() -%}
    {% set measures = {} %}
    {% for event in ['departure', 'wheels_off', 'wheels_on', 'scheduled_arrival', 'arrival', 'first_departure'] %}
        {% do measures.update({event ~ '_clock_minutes': 'clock_minutes'}) %}
    {% endfor %}
    {% for measure in [
        'departure_delay_minutes', 'arrival_delay_minutes', 'taxi_out_minutes', 'taxi_in_minutes',
        'scheduled_elapsed_minutes', 'actual_elapsed_minutes', 'air_time_minutes', 'distance_miles',
    ] %}
        {% do measures.update({measure: measure}) %}
    {% endfor %}
    {% for cause in delay_causes() %}
        {% do measures.update({cause ~ '_delay_minutes': 'delay_cause_minutes'}) %}
    {% endfor %}
    {% for extent in ['total', 'longest'] %}
        {% do measures.update({'gate_return_' ~ extent ~ '_ground_minutes': extent ~ '_ground_minutes'}) %}
    {% endfor %}
    {% for measure in [
        'diversion_actual_elapsed_minutes', 'diversion_arrival_delay_minutes', 'diversion_distance_miles',
    ] %}
        {% do measures.update({measure: measure}) %}
    {% endfor %}
    {% for number in range(1, 6) %}
        {% set landing = 'diversion_' ~ number %}
        {% do measures.update({
            landing ~ '_wheels_on_clock_minutes': 'clock_minutes',
            landing ~ '_wheels_off_clock_minutes': 'clock_minutes',
            landing ~ '_total_ground_minutes': 'total_ground_minutes',
            landing ~ '_longest_ground_minutes': 'longest_ground_minutes',
        }) %}
    {% endfor %}
    {% for flag in reported_flags() %}
        {% do measures.update({flag: 'flag'}) %}
    {% endfor %}
    {{ return(measures) }}
{%- endmacro %}


{# The columns of `stg_bts__flights` with 1 for yes and 0 for no, as the publisher has them. The
   booleans beside them are null for any other number. #}
{% macro reported_flags() -%}
    {{ return([
        'departure_15_minutes_late_flag', 'arrival_15_minutes_late_flag', 'cancelled_flag',
        'diverted_flag', 'reached_destination_after_diversion_flag',
    ]) }}
{%- endmacro %}


{# The two bounds of each measure as columns of one row, which `is_impossible` compares with: a select
   statement's columns, from the rows of the seed flight_plausible_ranges. #}
{% macro bounds_of_measures() -%}
    {% for measure in flight_measures().values() | unique -%}
    max(minimum) filter (where measure = '{{ measure }}') as {{ measure }}_minimum,
        max(maximum) filter (where measure = '{{ measure }}') as {{ measure }}_maximum
        {{- ",\n        " if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Whether a value lies outside the range of its measure; null if there is no value. For rows of
   `flights`, joined with `ranges`, which has the two bounds of each measure in columns.
   Arguments: column, one of flight_measures. #}
{% macro is_impossible(column) -%}
    {%- set measure = flight_measures()[column] -%}
    (
            flights.{{ column }}
            not between ranges.{{ measure }}_minimum and ranges.{{ measure }}_maximum
        )
{%- endmacro %}
