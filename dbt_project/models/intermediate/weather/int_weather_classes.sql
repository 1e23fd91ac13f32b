-- The weather classes for the marts, which do not read seeds.

select
    weather_measure,
    weather_class,
    class_label,
    measured_unit,
    class_order,
    class_from_value,
    class_below_value
from {{ ref('weather_classes') }}
