-- The loaded months in the life of each series of the quality checks, from its first month with a
-- flight to its last.

{{ config(materialized='table') }}

with flown as (
    select * from {{ ref('int_series_flown_months') }}
),

months as (
    select distinct flight_month from flown
),

lives as (
    select
        series_type,
        series_code,
        min(flight_month) as first_month,
        max(flight_month) as last_month
    from flown
    group by series_type, series_code
)

select
    lives.series_type,
    lives.series_code,
    months.flight_month
from lives
inner join months
    on months.flight_month between lives.first_month and lives.last_month
