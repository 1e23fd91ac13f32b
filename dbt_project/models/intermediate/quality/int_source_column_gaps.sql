-- Months of flights whose file has no value in a column that carriers report, and what is therefore
-- unknown.

with partitions as (
    select
        source_name,
        table_name,
        partition_name,
        missing_columns
    from {{ ref('stg_operations__loaded_partitions') }}
    where source_name = 'bts'
),

optional_columns as (
    select
        column_name,
        reported_from_date,
        unknown_without
    from {{ ref('optional_flight_columns') }}
),

missing as (
    select
        source_name,
        table_name,
        try_cast(concat(partition_name, '-01') as date) as finding_month,
        {{ rows_of_list('missing_columns', ', ') }} as column_name
    from partitions
)

select
    missing.source_name,
    missing.table_name,
    cast(count(*) as integer) as missing_column_count,
    {{ joined_text(
        'distinct optional_columns.unknown_without', ', ',
        order_by='optional_columns.unknown_without'
    ) }} as unknown_words,
    missing.finding_month
from missing
inner join optional_columns
    on
        missing.column_name = optional_columns.column_name
        and missing.finding_month >= optional_columns.reported_from_date
group by
    missing.source_name,
    missing.table_name,
    missing.finding_month
