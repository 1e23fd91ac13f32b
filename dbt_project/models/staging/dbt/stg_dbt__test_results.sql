with test_results as (
    select * from {{ source('dbt', 'test_results') }}
),

renamed as (
    select
        test_id,
        test_name,
        test_kind,
        column_name,
        severity,
        status,
        message,
        cast(failures as bigint) as failing_row_count
    from test_results
)

select * from renamed
