-- Where the loaded data are incomplete: gaps in the monthly series, a source that ends before the
-- others, months of flights without any weather. Compared with the other loaded data, never with
-- today.

with partitions as (
    select
        source_name,
        table_name,
        partition_name
    from {{ ref('stg_operations__loaded_partitions') }}
),

flight_months as (
    select flight_month from {{ ref('int_flight_partitions') }}
),

observations as (
    select observed_hour_at_utc
    from {{ ref('int_weather_observations') }}
),

weather_months as (
    select distinct cast(date_trunc('month', observed_hour_at_utc) as date) as weather_month
    from observations
),

-- monthly sources have partitions such as 2024-01; a snapshot has the name of its day
dated as (
    select
        source_name,
        table_name,
        length(partition_name) = 7 as is_month,
        try_cast(concat(substr(partition_name, 1, 7), '-01') as date) as partition_month
    from partitions
    where length(partition_name) in (7, 10)
),

source_months as (
    select distinct
        source_name,
        table_name,
        is_month,
        partition_month
    from dated
    where partition_month is not null
),

followed as (
    select
        source_name,
        table_name,
        is_month,
        partition_month,
        lead(partition_month) over (
            partition by source_name, table_name order by partition_month
        ) as next_month
    from source_months
),

last_month as (
    select max(partition_month) as flight_month
    from source_months
    where is_month
),

gaps as (
    select
        'months_missing' as check_name,
        table_name,
        source_name,
        {{ months_between('partition_month', 'next_month') }} - 1 as months_behind,
        cast(partition_month + interval 1 month as date) as finding_month
    from followed
    where is_month and next_month > partition_month + interval 1 month
),

late as (
    select
        'source_behind' as check_name,
        followed.table_name,
        followed.source_name,
        {{ months_between('followed.partition_month', 'last_month.flight_month') }}
            as months_behind,
        last_month.flight_month as finding_month
    from followed
    cross join last_month
    where
        followed.next_month is null
        and followed.partition_month < last_month.flight_month
),

without_weather as (
    select
        'weather_absent' as check_name,
        'reports' as table_name,
        'weather' as source_name,
        1 as months_behind,
        flight_months.flight_month as finding_month
    from flight_months
    left join weather_months
        on flight_months.flight_month = weather_months.weather_month
    where weather_months.weather_month is null
),

unioned as (
    select * from gaps
    union all
    select * from late
    union all
    select * from without_weather
)

select
    check_name,
    source_name,
    table_name,
    cast(months_behind as integer) as months_behind,
    finding_month
from unioned
