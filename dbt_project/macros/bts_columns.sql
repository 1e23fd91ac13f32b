{# The columns that the two flight tables of BTS have in common, as staging names them, for rows of the
   raw table: the keys of the airports. #}
{% macro bts_airport_keys() -%}
    origin as origin_airport_code,
    {{ text_to_integer('origin_airport_id') }} as origin_airport_dot_id,
    {{ text_to_integer('origin_airport_seq_id') }} as origin_airport_dot_sequence_id,
    {{ text_to_integer('origin_city_market_id') }} as origin_city_market_dot_id,
    dest as destination_airport_code,
    {{ text_to_integer('dest_airport_id') }} as destination_airport_dot_id,
    {{ text_to_integer('dest_airport_seq_id') }} as destination_airport_dot_sequence_id,
    {{ text_to_integer('dest_city_market_id') }} as destination_city_market_dot_id
{%- endmacro %}


{# The texts that the two flight tables of BTS have in common. #}
{% macro bts_texts() -%}
    origin_city_name,
    origin_state as origin_state_code,
    origin_state_fips as origin_state_fips_code,
    origin_state_name,
    dest_city_name as destination_city_name,
    dest_state as destination_state_code,
    dest_state_fips as destination_state_fips_code,
    dest_state_name as destination_state_name,
    dep_time_blk as scheduled_departure_time_block,
    arr_time_blk as scheduled_arrival_time_block,
    cancellation_code,
    {% for n in range(1, 6) -%}
    div{{ n }}_airport as diversion_{{ n }}_airport_code,
    div{{ n }}_tail_num as diversion_{{ n }}_tail_number{{ "," if not loop.last }}
    {% endfor %}
{%- endmacro %}


{# The numbers, booleans and the date that the two flight tables of BTS have in common. #}
{% macro bts_measures() -%}
    {{ text_to_integer('year') }} as flight_year,
    {{ text_to_integer('quarter') }} as flight_quarter,
    {{ text_to_integer('month') }} as flight_month_number,
    {{ text_to_integer('dayof_month') }} as flight_day_of_month,
    {{ text_to_integer('day_of_week') }} as flight_iso_weekday,
    {{ text_to_integer('origin_wac') }} as origin_world_area_code,
    {{ text_to_integer('dest_wac') }} as destination_world_area_code,
    {{ clock_minutes('crs_dep_time') }} as scheduled_departure_clock_minutes,
    {{ clock_minutes('dep_time') }} as departure_clock_minutes,
    {{ clock_minutes('wheels_off') }} as wheels_off_clock_minutes,
    {{ clock_minutes('wheels_on') }} as wheels_on_clock_minutes,
    {{ clock_minutes('crs_arr_time') }} as scheduled_arrival_clock_minutes,
    {{ clock_minutes('arr_time') }} as arrival_clock_minutes,
    {{ text_to_integer('dep_delay') }} as departure_delay_minutes,
    {{ text_to_integer('dep_delay_minutes') }} as departure_lateness_minutes,
    {{ text_to_integer('departure_delay_groups') }} as departure_delay_group,
    {{ text_to_integer('arr_delay') }} as arrival_delay_minutes,
    {{ text_to_integer('arr_delay_minutes') }} as arrival_lateness_minutes,
    {{ text_to_integer('arrival_delay_groups') }} as arrival_delay_group,
    {{ text_to_integer('taxi_out') }} as taxi_out_minutes,
    {{ text_to_integer('taxi_in') }} as taxi_in_minutes,
    {{ text_to_integer('crs_elapsed_time') }} as scheduled_elapsed_minutes,
    {{ text_to_integer('actual_elapsed_time') }} as actual_elapsed_minutes,
    {{ text_to_integer('air_time') }} as air_time_minutes,
    {{ text_to_integer('flights') }} as flight_count,
    {{ text_to_integer('distance') }} as distance_miles,
    {{ text_to_integer('distance_group') }} as distance_group,
    {{ text_to_integer('carrier_delay') }} as carrier_delay_minutes,
    {{ text_to_integer('weather_delay') }} as weather_delay_minutes,
    {{ text_to_integer('nas_delay') }} as national_air_system_delay_minutes,
    {{ text_to_integer('security_delay') }} as security_delay_minutes,
    {{ text_to_integer('late_aircraft_delay') }} as late_aircraft_delay_minutes,
    {{ clock_minutes('first_dep_time') }} as first_departure_clock_minutes,
    {{ text_to_integer('total_add_g_time') }} as gate_return_total_ground_minutes,
    {{ text_to_integer('longest_add_g_time') }} as gate_return_longest_ground_minutes,
    {{ text_to_integer('div_airport_landings') }} as diversion_landing_count,
    {{ text_to_integer('div_actual_elapsed_time') }} as diversion_actual_elapsed_minutes,
    {{ text_to_integer('div_arr_delay') }} as diversion_arrival_delay_minutes,
    {{ text_to_integer('div_distance') }} as diversion_distance_miles,
    {% for n in range(1, 6) %}
    {% set raw, staged = 'div' ~ n, 'diversion_' ~ n %}
    {{ text_to_integer(raw ~ '_airport_id') }} as {{ staged }}_airport_dot_id,
    {{ text_to_integer(raw ~ '_airport_seq_id') }} as {{ staged }}_airport_dot_sequence_id,
    {{ clock_minutes(raw ~ '_wheels_on') }} as {{ staged }}_wheels_on_clock_minutes,
    {{ text_to_integer(raw ~ '_total_g_time') }} as {{ staged }}_total_ground_minutes,
    {{ text_to_integer(raw ~ '_longest_g_time') }} as {{ staged }}_longest_ground_minutes,
    {{ clock_minutes(raw ~ '_wheels_off') }} as {{ staged }}_wheels_off_clock_minutes,
    {% endfor %}
    {{ text_to_integer('dep_del15') }} as departure_15_minutes_late_flag,
    {{ text_to_integer('arr_del15') }} as arrival_15_minutes_late_flag,
    {{ text_to_integer('cancelled') }} as cancelled_flag,
    {{ text_to_integer('diverted') }} as diverted_flag,
    {{ text_to_integer('div_reached_dest') }} as reached_destination_after_diversion_flag,

    {{ text_to_boolean('dep_del15') }} as is_departure_15_minutes_late,
    {{ text_to_boolean('arr_del15') }} as is_arrival_15_minutes_late,
    {{ text_to_boolean('cancelled') }} as is_cancelled,
    {{ text_to_boolean('diverted') }} as is_diverted,
    {{ text_to_boolean('div_reached_dest') }} as has_reached_destination_after_diversion,

    {{ text_to_date('flight_date') }} as flight_date
{%- endmacro %}
