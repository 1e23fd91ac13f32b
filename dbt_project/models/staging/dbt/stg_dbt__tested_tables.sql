with tested_tables as (
    select * from {{ source('dbt', 'tested_tables') }}
),

renamed as (
    select
        test_id,
        schema_name,
        table_name
    from tested_tables
)

select * from renamed
