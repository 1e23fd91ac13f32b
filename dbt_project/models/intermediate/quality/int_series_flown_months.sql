-- The months in which each series of the quality checks has flights.

{{ config(materialized='monthly') }}

with counted as (
    select * from {{ ref('int_flight_day_counts') }}
    where {{ months_built('flight_month') }}
)

{% for series_type, series_code in quality_series().items() -%}
select distinct
    '{{ series_type }}' as series_type,
    {{ series_code }} as series_code,
    flight_month
from counted
{{ "union all" if not loop.last }}
{% endfor %}
