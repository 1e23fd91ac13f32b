-- One row per month of flights by marketing carrier, with the loads that its rows come from. The
-- months are the partitions of the raw table, so the receipts name them, and no row is read.

{{ config(materialized='table') }}

with partitions as (
    select * from {{ ref('stg_operations__loaded_partitions') }}
    where source_name = 'bts_marketing' and table_name = 'on_time' and rows_loaded > 0
)

select
    cast(concat(partition_name, '-01') as date) as flight_month,
    concat_ws(' ', source_name, load_id) as partition_version,
    cast(rows_loaded as integer) as row_count
from partitions
