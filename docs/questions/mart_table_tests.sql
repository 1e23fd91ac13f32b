-- question: How many tests did the build run on each published table?
-- answer: Every table was tested, fct_flights with the most tests, and every test passed.
-- chart: bars, label=table_name, value=tests, unit=tests
select
    table_name,
    count(*) as tests,
    count(*) filter (where test_kind = 'unit') as unit_tests,
    count(*) filter (where status = 'pass') as passed,
    count(*) filter (where status = 'warn') as warned
from marts.mart_table_tests
group by table_name
order by tests desc, table_name
limit 15
