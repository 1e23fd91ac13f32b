-- Every subject table counts every flight once (the airports' table once in each role, that of the
-- weather once by each measure): its sums are those of the fact table, month by month where it has
-- months.
{% set monthly_tables = {
    'days': ('mart_network_day_punctuality', 'true'),
    'months': ('mart_network_month_punctuality', 'true'),
    'carriers': ('mart_carrier_month_punctuality', 'true'),
    'groups': ('mart_carrier_group_month_punctuality', 'true'),
    'origins': ('mart_airport_month_punctuality', "airport_role = 'origin'"),
    'destinations': ('mart_airport_month_punctuality', "airport_role = 'destination'"),
    'routes': ('mart_route_month_punctuality', 'true'),
} %}
{% set timeless_tables = {
    'hours': ('mart_hour_weekday_punctuality', 'true'),
    'aircraft': ('mart_aircraft_type_age_punctuality', 'true'),
    'precipitation': ('mart_weather_class_punctuality', "weather_measure = 'precipitation'"),
    'visibility': ('mart_weather_class_punctuality', "weather_measure = 'visibility'"),
    'wind': ('mart_weather_class_punctuality', "weather_measure = 'wind'"),
    'gusts': ('mart_weather_class_punctuality', "weather_measure = 'gust'"),
} %}

{# told from the states and the delays, not from the booleans that the tables count #}
{% set departed = "flight_state in ('completed', 'diverted', 'unresolved')" %}
{% set completed = "flight_state = 'completed'" %}
{% set threshold = var('on_time_threshold_minutes') %}
{% set counted = {
    'scheduled_flights': 'true',
    'departed_flights': departed,
    'completed_flights': completed,
    'cancelled_flights': "flight_state = 'cancelled'",
    'diverted_flights': "flight_state = 'diverted'",
    'never_departed_flights': "flight_state = 'never_departed'",
    'unresolved_flights': "flight_state = 'unresolved'",
    'on_time_departures': departed ~ ' and departure_delay_minutes < ' ~ threshold,
    'on_time_arrivals': completed ~ ' and arrival_delay_minutes < ' ~ threshold,
} %}
{% for minutes in [15, 30, 60, 120, 180] %}
    {% do counted.update({
        'departures_' ~ minutes ~ '_minutes_late_or_more':
            departed ~ ' and departure_delay_minutes > ' ~ (minutes - 1),
        'arrivals_' ~ minutes ~ '_minutes_late_or_more':
            completed ~ ' and arrival_delay_minutes > ' ~ (minutes - 1),
    }) %}
{% endfor %}
{% set summed = {
    'total_departure_delay_minutes': (departed, 'departure_delay_minutes', 0),
    'net_departure_delay_minutes': (departed, 'departure_delay_minutes', none),
    'total_arrival_delay_minutes': (completed, 'arrival_delay_minutes', 0),
    'net_arrival_delay_minutes': (completed, 'arrival_delay_minutes', none),
} %}
{% set measures = (counted.keys() | list) + (summed.keys() | list) %}

with months_of_flights as (

    select
        {% for measure, condition in counted.items() %}
        sum(case when {{ condition }} then 1 else 0 end) as {{ measure }},
        {% endfor %}
        {% for measure, (condition, delay, above) in summed.items() %}
        sum(
            case
                when
                    {{ condition }}
                    and {{ delay }} {{ "is not null" if above is none else "> " ~ above }}
                    then {{ delay }}
                else 0
            end
        ) as {{ measure }},
        {% endfor %}
        flight_month
    from {{ ref('fct_flights') }}
    group by flight_month

),

{% for name, (subject_table, condition) in monthly_tables.items() %}
months_of_{{ name }} as (

    select
        {% for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {% endfor %}
        {{ "cast(date_trunc('month', flight_date) as date) as " if name == "days" -}} flight_month
    from {{ ref(subject_table) }}
    where {{ condition }}
    group by all

),
{% endfor %}

{% for name, (subject_table, condition) in timeless_tables.items() %}
all_of_{{ name }} as (

    select
        {% for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {% endfor %}
        count(*) as subject_rows
    from {{ ref(subject_table) }}
    where {{ condition }}

),
{% endfor %}

all_of_flights as (

    select
        {% for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {% endfor %}
        count(*) as months
    from months_of_flights

)

{% for name, (subject_table, condition) in monthly_tables.items() %}
select
    '{{ subject_table }}, {{ name }}' as subject_table,
    {% for measure in measures %}
    months_of_{{ name }}.{{ measure }} - months_of_flights.{{ measure }} as {{ measure }}_too_many,
    {% endfor %}
    coalesce(months_of_{{ name }}.flight_month, months_of_flights.flight_month) as flight_month
from months_of_{{ name }}
full join months_of_flights
    on months_of_{{ name }}.flight_month = months_of_flights.flight_month
where
    false
    {% for measure in measures %}
    or months_of_{{ name }}.{{ measure }} is distinct from months_of_flights.{{ measure }}
    {% endfor %}

union all
{% endfor %}
{% for name, (subject_table, condition) in timeless_tables.items() %}
select
    '{{ subject_table }}, {{ name }}' as subject_table,
    {% for measure in measures %}
    all_of_{{ name }}.{{ measure }} - all_of_flights.{{ measure }} as {{ measure }}_too_many,
    {% endfor %}
    cast(null as date) as flight_month
from all_of_{{ name }}
cross join all_of_flights
where
    false
    {% for measure in measures %}
    or all_of_{{ name }}.{{ measure }} is distinct from all_of_flights.{{ measure }}
    {% endfor %}
{{ "union all" if not loop.last }}
{% endfor %}
