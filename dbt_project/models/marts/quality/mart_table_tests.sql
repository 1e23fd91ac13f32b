-- a view, so that a build publishes the results of its own tests, which are known only after its
-- tables are built (dbt_project.yml)

with tests as (
    select * from {{ ref('int_table_tests') }}
)

select
    table_name,
    test_id,
    test_name,
    test_kind,
    column_name,
    severity,
    status,
    failing_row_count
from tests
