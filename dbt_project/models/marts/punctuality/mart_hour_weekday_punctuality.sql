{% set group = ['scheduled_departure_hour', 'iso_weekday'] %}

with months_of_delays as (
    select * from {{ ref('int_hour_weekday_month_delays') }}
),

{{ added_delays_ctes(group) }}

select
    scheduled_departure_hour,
    iso_weekday,
    {{ punctuality_measures_of_delays() }}
from ranked_delays
group by scheduled_departure_hour, iso_weekday
