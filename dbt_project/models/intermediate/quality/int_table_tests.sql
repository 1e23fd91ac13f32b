-- The tests of the last whole build that check a mart, with the mart. Other tables have tests too,
-- but readers of the published file see only marts.

with results as (
    select * from {{ ref('stg_dbt__test_results') }}
),

tested_tables as (
    select * from {{ ref('stg_dbt__tested_tables') }}
)

select
    tested_tables.table_name,
    results.test_id,
    results.test_name,
    results.test_kind,
    results.column_name,
    results.severity,
    results.status,
    results.failing_row_count
from tested_tables
inner join results
    on tested_tables.test_id = results.test_id
where tested_tables.schema_name = 'marts'
