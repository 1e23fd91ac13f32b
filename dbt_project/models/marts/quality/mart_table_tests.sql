-- a view, so that what a build publishes tells of that build's own tests, whose results are known
-- only when its tables are made
{{ config(materialized='view') }}

select
    table_name,
    test_id,
    test_name,
    test_kind,
    column_name,
    severity,
    status,
    failing_row_count
from {{ ref('int_table_tests') }}
