{% set group = ['origin_airport_code', 'weather_measure', 'weather_class'] %}

with months_of_delays as (
    select * from {{ ref('int_weather_class_month_delays') }}
),

classes as (
    select * from {{ ref('int_weather_classes') }}
),

{{ added_delays_ctes(group) }},

described_delays as (
    select
        ranked_delays.*,
        classes.class_label,
        classes.measured_unit,
        classes.class_order,
        classes.class_from_value,
        classes.class_below_value
    from ranked_delays
    inner join classes
        on
            ranked_delays.weather_measure = classes.weather_measure
            and ranked_delays.weather_class = classes.weather_class
)

select
    origin_airport_code,
    weather_measure,
    weather_class,
    class_label,
    measured_unit,
    class_order,
    class_from_value,
    class_below_value,
    {{ punctuality_measures_of_delays() }}
from described_delays
group by
    origin_airport_code,
    weather_measure,
    weather_class,
    class_label,
    measured_unit,
    class_order,
    class_from_value,
    class_below_value
