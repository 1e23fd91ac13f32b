{# What the shares of `mart_default_scope_shares` are counts of, each with its condition. #}
{% macro share_events() %}
    {%- set compared = "is_completed and departure_delay_minutes is not null"
        ~ " and arrival_delay_minutes is not null and not is_on_time_departure" -%}
    {{ return({
        'scheduled_flights': 'true',
        'departed_flights': 'has_departed',
        'completed_flights': 'is_completed',
        'diverted_flights': 'is_diverted',
        'never_flown_flights': 'is_never_departed or is_cancelled',
        'on_time_arrivals': 'is_on_time_arrival',
        'on_time_departures': 'is_on_time_departure',
        'departures_60_minutes_late': 'has_departed and ' ~ is_late('departure_delay_minutes', 60),
        'arrivals_60_minutes_late': 'is_completed and ' ~ is_late('arrival_delay_minutes', 60),
        'arrivals_120_minutes_late': 'is_completed and ' ~ is_late('arrival_delay_minutes', 120),
        'late_departures': compared,
        'late_departures_recovered': compared ~ ' and is_on_time_arrival',
    }) }}
{% endmacro %}


{# The counts of `share_events` as columns of a select statement with `group by`. The rows are those of
   `fct_flights`. #}
{% macro share_counts() %}
    {%- for name, condition in share_events().items() -%}
    count(*) filter (where {{ condition }}) as {{ name }}{{ ",\n    " if not loop.last }}
    {%- endfor -%}
{% endmacro %}


{# The same columns for rows that hold such counts already. #}
{% macro added_share_counts() %}
    {%- for name in share_events() -%}
    cast(sum({{ name }}) as bigint) as {{ name }}{{ ",\n    " if not loop.last }}
    {%- endfor -%}
{% endmacro %}


{# Names of the subjects of `mart_default_scope_shares`, and their natural order where they have one:
   a select statement that reads the CTE `subject_flights` of the model that calls it. A carrier has the
   name that its code had on the last day on which it flew. #}
{% macro share_subject_names() %}
    select
        subject_flights.subject_type,
        subject_flights.subject_code,
        coalesce(carriers.carrier_name, subject_flights.subject_code) as subject_name,
        cast(null as integer) as subject_order
    from subject_flights
    left join {{ ref('dim_carriers') }} as carriers
        on
            subject_flights.subject_code = carriers.carrier_code
            and subject_flights.last_flight_date >= carriers.valid_from_date
            and (
                carriers.valid_to_date is null
                or subject_flights.last_flight_date <= carriers.valid_to_date
            )
    where subject_flights.subject_type = 'carrier'
    union all
    {% for role in ['origin', 'destination'] %}
    select
        '{{ role }}_airport' as subject_type,
        airport_code as subject_code,
        concat(coalesce(city_name, airport_code), ' (', airport_code, ')') as subject_name,
        null as subject_order
    from {{ ref('dim_airports') }}
    union all
    {% endfor %}
    select
        'route' as subject_type,
        routes.subject_code,
        concat(
            coalesce(origins.city_name, routes.origin_airport_code),
            ' (', routes.origin_airport_code, ') to ',
            coalesce(destinations.city_name, routes.destination_airport_code),
            ' (', routes.destination_airport_code, ')'
        ) as subject_name,
        null as subject_order
    from (
        select
            subject_code,
            split_part(subject_code, '-', 1) as origin_airport_code,
            split_part(subject_code, '-', 2) as destination_airport_code
        from subject_flights
        where subject_type = 'route'
    ) as routes
    left join {{ ref('dim_airports') }} as origins
        on routes.origin_airport_code = origins.airport_code
    left join {{ ref('dim_airports') }} as destinations
        on routes.destination_airport_code = destinations.airport_code
    union all
    select
        subject_type,
        subject_code,
        concat(subject_code, ':00') as subject_name,
        cast(subject_code as integer) as subject_order
    from subject_flights
    where subject_type = 'departure_hour'
    union all
    select distinct
        'weekday' as subject_type,
        cast(iso_weekday as string) as subject_code,
        weekday_name as subject_name,
        iso_weekday as subject_order
    from {{ ref('dim_dates') }}
    union all
    select
        hours.subject_type,
        hours.subject_code,
        concat(weekdays.weekday_name, ' ', hours.departure_hour, ':00') as subject_name,
        24 * weekdays.iso_weekday + cast(hours.departure_hour as integer) as subject_order
    from (
        select
            subject_type,
            subject_code,
            cast(split_part(subject_code, '-', 1) as integer) as iso_weekday,
            split_part(subject_code, '-', 2) as departure_hour
        from subject_flights
        where subject_type = 'weekday_hour'
    ) as hours
    inner join (
        select distinct
            iso_weekday,
            weekday_name
        from {{ ref('dim_dates') }}
    ) as weekdays
        on hours.iso_weekday = weekdays.iso_weekday
    union all
    select
        weather_measure as subject_type,
        weather_class as subject_code,
        class_label as subject_name,
        class_order as subject_order
    from {{ ref('int_weather_classes') }}
    union all
    select
        'network' as subject_type,
        'all' as subject_code,
        'all flights' as subject_name,
        null as subject_order
{%- endmacro %}
