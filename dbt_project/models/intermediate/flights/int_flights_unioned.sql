-- One format for the flights of every source; values that a source does not report are null.

with nycflights13_flights as (
    select * from {{ ref('stg_nycflights13__flights') }}
),

bts_flights as (
    select * from {{ ref('int_bts_flights') }}
),

unioned as (
    select
        'nycflights13' as source_system,
        carrier_code,
        flight_number,
        tail_number,
        origin_airport_code,
        destination_airport_code,
        cast(null as string) as cancellation_code,
        cast(null as integer) as origin_airport_dot_id,
        cast(null as integer) as destination_airport_dot_id,
        scheduled_departure_clock_minutes,
        cast(null as integer) as first_departure_clock_minutes,
        departure_clock_minutes,
        cast(null as integer) as wheels_off_clock_minutes,
        departure_delay_minutes,
        scheduled_arrival_clock_minutes,
        cast(null as integer) as wheels_on_clock_minutes,
        arrival_clock_minutes,
        arrival_delay_minutes,
        cast(null as integer) as scheduled_elapsed_minutes,
        cast(null as integer) as actual_elapsed_minutes,
        air_time_minutes,
        cast(null as integer) as taxi_out_minutes,
        cast(null as integer) as taxi_in_minutes,
        distance_miles,
        cast(null as integer) as carrier_delay_minutes,
        cast(null as integer) as weather_delay_minutes,
        cast(null as integer) as national_air_system_delay_minutes,
        cast(null as integer) as security_delay_minutes,
        cast(null as integer) as late_aircraft_delay_minutes,
        cast(null as integer) as gate_return_total_ground_minutes,
        cast(null as integer) as gate_return_longest_ground_minutes,
        cast(null as integer) as diversion_landing_count,
        cast(null as integer) as diversion_arrival_delay_minutes,
        cast(null as integer) as diversion_distance_miles,
        0 as impossible_value_count,
        cast(null as boolean) as is_reported_cancelled,
        cast(null as boolean) as is_reported_diverted,
        cast(null as boolean) as has_reached_destination_after_diversion,
        cast(null as boolean) as is_cancelled_after_takeoff,
        flight_date,
        scheduled_departure_hour_at_utc,
        {{ month_text('flight_date') }} as source_month,
        _source_file,
        _source_row_number,
        _dlt_load_id
    from nycflights13_flights

    union all

    select
        'bts' as source_system,
        carrier_code,
        flight_number,
        tail_number,
        origin_airport_code,
        destination_airport_code,
        cancellation_code,
        origin_airport_dot_id,
        destination_airport_dot_id,
        scheduled_departure_clock_minutes,
        first_departure_clock_minutes,
        departure_clock_minutes,
        wheels_off_clock_minutes,
        departure_delay_minutes,
        scheduled_arrival_clock_minutes,
        wheels_on_clock_minutes,
        arrival_clock_minutes,
        -- both differences are how much longer than scheduled it took from gate to gate:
        -- ArrDelay - DepDelay = ActualElapsedTime - CRSElapsedTime
        coalesce(
            bts_flights.arrival_delay_minutes,
            case
                when not is_cancelled and not is_diverted
                    then
                        departure_delay_minutes
                        + bts_flights.actual_elapsed_minutes
                        - scheduled_elapsed_minutes
            end
        ) as arrival_delay_minutes,
        scheduled_elapsed_minutes,
        -- a diverted flight that reached its destination has its time in a separate column
        coalesce(actual_elapsed_minutes, diversion_actual_elapsed_minutes)
            as actual_elapsed_minutes,
        air_time_minutes,
        taxi_out_minutes,
        taxi_in_minutes,
        distance_miles,
        carrier_delay_minutes,
        weather_delay_minutes,
        national_air_system_delay_minutes,
        security_delay_minutes,
        late_aircraft_delay_minutes,
        gate_return_total_ground_minutes,
        gate_return_longest_ground_minutes,
        -- 9 is not a count: it marks a cancelled flight that had taken off and landed elsewhere
        case
            when bts_flights.diversion_landing_count = 9
                then
                    cast(diversion_1_airport_code is not null as integer)
                    + cast(diversion_2_airport_code is not null as integer)
                    + cast(diversion_3_airport_code is not null as integer)
                    + cast(diversion_4_airport_code is not null as integer)
                    + cast(diversion_5_airport_code is not null as integer)
            else bts_flights.diversion_landing_count
        end as diversion_landing_count,
        diversion_arrival_delay_minutes,
        diversion_distance_miles,
        impossible_value_count,
        is_cancelled as is_reported_cancelled,
        is_diverted as is_reported_diverted,
        has_reached_destination_after_diversion,
        bts_flights.diversion_landing_count = 9 and is_cancelled as is_cancelled_after_takeoff,
        flight_date,
        cast(null as timestamp) as scheduled_departure_hour_at_utc,
        _source_partition as source_month,
        _source_file,
        _source_row_number,
        _dlt_load_id
    from bts_flights
)

select
    unioned.*,
    cast(date_trunc('month', unioned.flight_date) as date) as flight_month
from unioned
