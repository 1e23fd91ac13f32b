{# The counts behind the shares of `mart_default_scope_shares`, as columns of a select
   statement with `group by`. The rows are those of `fct_flights`. #}
{% macro share_counts() %}
    {%- set compared = "is_completed and departure_delay_minutes is not null"
        ~ " and arrival_delay_minutes is not null and not is_on_time_departure" -%}
    count(*) as scheduled_flights,
    {% for name, condition in [
        ('departed_flights', 'has_departed'),
        ('completed_flights', 'is_completed'),
        ('diverted_flights', 'is_diverted'),
        ('never_flown_flights', 'is_never_departed or is_cancelled'),
        ('on_time_arrivals', 'is_on_time_arrival'),
        ('on_time_departures', 'is_on_time_departure'),
        ('departures_60_minutes_late', 'has_departed and ' ~ is_late('departure_delay_minutes', 60)),
        ('arrivals_60_minutes_late', 'is_completed and ' ~ is_late('arrival_delay_minutes', 60)),
        ('arrivals_120_minutes_late', 'is_completed and ' ~ is_late('arrival_delay_minutes', 120)),
        ('late_departures', compared),
        ('late_departures_recovered', compared ~ ' and is_on_time_arrival'),
    ] -%}
    count(*) filter (where {{ condition }}) as {{ name }}{{ "," if not loop.last }}
    {% endfor %}
{%- endmacro %}


{# Names of the subjects of `mart_default_scope_shares`, and their natural order where they have one:
   a select statement that reads the CTE `flights` of the model that calls it. A carrier has the name
   that its code had on the last day on which it flew. #}
{% macro share_subject_names() %}
    select
        'carrier' as subject_type,
        last_keys.carrier_code as subject_code,
        coalesce(carriers.carrier_name, last_keys.carrier_code) as subject_name,
        cast(null as integer) as subject_order
    from (
        select
            carrier_code,
            max_by(carrier_key, flight_date) as carrier_key
        from flights
        group by carrier_code
    ) as last_keys
    left join {{ ref('dim_carriers') }} as carriers
        on last_keys.carrier_key = carriers.carrier_key
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
        concat(routes.origin_airport_code, '-', routes.destination_airport_code) as subject_code,
        concat(
            coalesce(origins.city_name, routes.origin_airport_code),
            ' (', routes.origin_airport_code, ') to ',
            coalesce(destinations.city_name, routes.destination_airport_code),
            ' (', routes.destination_airport_code, ')'
        ) as subject_name,
        null as subject_order
    from (
        select distinct
            origin_airport_code,
            destination_airport_code
        from flights
    ) as routes
    left join {{ ref('dim_airports') }} as origins
        on routes.origin_airport_code = origins.airport_code
    left join {{ ref('dim_airports') }} as destinations
        on routes.destination_airport_code = destinations.airport_code
    union all
    select distinct
        'departure_hour' as subject_type,
        departure_hour as subject_code,
        concat(departure_hour, ':00') as subject_name,
        scheduled_departure_hour as subject_order
    from flights
    union all
    select distinct
        'weekday' as subject_type,
        cast(iso_weekday as string) as subject_code,
        weekday_name as subject_name,
        iso_weekday as subject_order
    from {{ ref('dim_dates') }}
    union all
    select distinct
        'weekday_hour' as subject_type,
        concat(flights.iso_weekday, '-', flights.departure_hour) as subject_code,
        concat(dates.weekday_name, ' ', flights.departure_hour, ':00') as subject_name,
        24 * flights.iso_weekday + flights.scheduled_departure_hour as subject_order
    from flights
    inner join {{ ref('dim_dates') }} as dates
        on flights.flight_date = dates.calendar_date
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
