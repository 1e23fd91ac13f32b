with flights as (
    select * from {{ ref('fct_flights') }}
),

classes as (
    select * from {{ ref('int_weather_classes') }}
),

observation_classes as (
    select * from {{ ref('int_weather_observation_classes') }}
),

measures as (
    select distinct weather_measure from classes
),

-- every flight once for each measure, so that each measure counts all flights
classed_flights as (
    select
        flights.*,
        measures.weather_measure,
        coalesce(observation_classes.weather_class, 'not_observed') as weather_class
    from flights
    cross join measures
    left join observation_classes
        on
            flights.hour_weather_observation_id = observation_classes.weather_observation_id
            and measures.weather_measure = observation_classes.weather_measure
),

described_flights as (
    select
        classed_flights.*,
        classes.class_label,
        classes.measured_unit,
        classes.class_order,
        classes.class_from_value,
        classes.class_below_value
    from classed_flights
    inner join classes
        on
            classed_flights.weather_measure = classes.weather_measure
            and classed_flights.weather_class = classes.weather_class
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
    {{ punctuality_measures() }}
from described_flights
group by
    origin_airport_code,
    weather_measure,
    weather_class,
    class_label,
    measured_unit,
    class_order,
    class_from_value,
    class_below_value
