-- The weather classes for the marts, which do not read seeds.

with classes as (
    select * from {{ ref('weather_classes') }}
)

select
    weather_measure,
    weather_class,
    class_label,
    measured_unit,
    class_order,
    class_from_value,
    class_below_value
from classes
