-- How many flight rows each source has for a month, and why some of them are excluded: what the
-- quality tables add up, so that they do not read the rows.

{{ config(materialized='monthly', versions_from='int_flight_loads') }}

-- depends_on: {{ ref('int_flight_loads') }}

with flights as (
    select * from {{ ref('int_flights_identified') }}
    where {{ months_built('flight_month') }} and {{ partitions_built('source_month') }}
)

select
    source_system,
    set_aside_reason,
    cast(count(*) as integer) as row_count,
    cast(sum(impossible_value_count) as integer) as impossible_values,
    flight_month
from flights
group by source_system, set_aside_reason, flight_month
