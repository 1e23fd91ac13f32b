-- The classes of a measure leave no value out and share none: the first begins at zero, each of the
-- others where the one before it ends, and the last has no end.
with ordered as (
    select
        weather_measure,
        weather_class,
        class_from_value,
        class_below_value,
        lag(class_below_value) over (
            partition by weather_measure order by class_order
        ) as previous_below_value,
        lead(weather_class) over (
            partition by weather_measure order by class_order
        ) as next_class
    from {{ ref('weather_classes') }}
    where class_from_value is not null
)

select *
from ordered
where
    class_from_value is distinct from coalesce(previous_below_value, 0)
    or (class_below_value is null) <> (next_class is null)
