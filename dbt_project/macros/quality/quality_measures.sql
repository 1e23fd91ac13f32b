{# The counts for a series and a day, besides the number of flights: the names of the counts and the
   conditions on a row of fct_flights. #}
{% macro quality_measures() -%}
    {{ return({
        'departed_flights': 'has_departed',
        'completed_flights': 'is_completed',
        'on_time_arrivals': 'is_on_time_arrival',
        'departed_flights_without_tail_number': 'has_departed and tail_number is null',
        'completed_flights_without_arrival_delay':
            'is_completed and arrival_delay_minutes is null',
        'flights_without_known_weather': 'not has_known_weather_match',
        'flights_without_hour_weather': 'not has_hour_weather_match',
        'flights_without_aircraft': 'aircraft_key is null',
        'flights_without_scheduled_instants':
            'scheduled_departure_at_utc is null or scheduled_arrival_at_utc is null',
    }) }}
{%- endmacro %}


{# The series of flights, each with the SQL expression for its code. #}
{% macro quality_series() %}
    {{ return({
        'all': "'all'",
        'carrier': 'carrier_code',
        'origin_airport': 'origin_airport_code',
    }) }}
{% endmacro %}


{# The checks that compare a series with its history: for each check the count, its denominator
   (none for a number of flights), its wording, the bad direction (`fewer`, `more` or `either`), the
   series to which it applies (weather has no carrier), and whether it concerns the flights as
   reported, so that it can be an error, or the day, such as a storm, or the weather. #}
{% macro quality_checks() -%}
    {{ return([
        {
            'name': 'flight_volume', 'count': 'scheduled_flights', 'of': none,
            'words': 'scheduled flights', 'bad': 'either', 'is_of_data': true,
            'series': "('all', 'carrier', 'origin_airport')",
        },
        {
            'name': 'on_time_rate', 'count': 'on_time_arrivals', 'of': 'scheduled_flights',
            'words': 'of scheduled flights arrived on time', 'bad': 'fewer', 'is_of_data': false,
            'series': "('all', 'carrier', 'origin_airport')",
        },
        {
            'name': 'not_completed_rate', 'count': 'scheduled_flights - completed_flights',
            'of': 'scheduled_flights', 'words': 'of scheduled flights were not completed',
            'bad': 'more', 'is_of_data': false,
            'series': "('all', 'carrier', 'origin_airport')",
        },
        {
            'name': 'tail_number_missing_rate', 'count': 'departed_flights_without_tail_number',
            'of': 'departed_flights', 'words': 'of departed flights have no tail number',
            'bad': 'more', 'is_of_data': true, 'series': "('all', 'carrier', 'origin_airport')",
        },
        {
            'name': 'arrival_delay_missing_rate',
            'count': 'completed_flights_without_arrival_delay', 'of': 'completed_flights',
            'words': 'of completed flights have no arrival delay', 'bad': 'more',
            'is_of_data': true, 'series': "('all', 'carrier', 'origin_airport')",
        },
        {
            'name': 'known_weather_missing_rate', 'count': 'flights_without_known_weather',
            'of': 'scheduled_flights', 'words': 'of scheduled flights have no known weather',
            'bad': 'more', 'is_of_data': false, 'series': "('all', 'origin_airport')",
        },
    ]) }}
{%- endmacro %}


{# Whole calendar months from the month of the first date to that of the second.
   Arguments: first_date and second_date, SQL expressions. #}
{% macro months_between(first_date, second_date) -%}
    (
        (extract(year from {{ second_date }}) - extract(year from {{ first_date }})) * 12
        + extract(month from {{ second_date }}) - extract(month from {{ first_date }})
    )
{%- endmacro %}


{# A number of flights, or a percentage, in words: rounded, without a sign.
   Arguments: number, a SQL expression; digits, behind the point. #}
{% macro number_in_words(number, digits=0) -%}
    cast(cast(abs({{ number }}) as decimal(18, {{ digits }})) as string)
{%- endmacro %}


{# How far a number lies from the expected value, in words: given as a bound, since the exact
   multiple of the usual spread adds no information for large deviations.
   Arguments: robust_z, a SQL expression of robust standard deviations, negative if below. #}
{% macro deviation_in_words(robust_z) -%}
    concat(
        'more than ',
        case
            {% for name in ['error', 'warning'] -%}
            {%- set deviations = var('quality_' ~ name ~ '_deviations') -%}
            when abs({{ robust_z }}) >= {{ deviations }} then '{{ deviations }}'
            {% endfor -%}
            else '{{ var("quality_notice_deviations") }}'
        end,
        ' times the usual spread ',
        case when {{ robust_z }} < 0 then 'below' else 'above' end,
        ' what was expected'
    )
{%- endmacro %}


{# Which event a finding shows: what happened to the flights of a day (or a month) has one cause,
   however many series and checks show it; so has what is missing from their rows. How far a source or
   a series reaches is an event of its own. Reads the columns of `mart_quality_findings`. #}
{% macro finding_event() -%}
    case
        when robust_z is null then finding_id
        else concat_ws(
            '/',
            case
                when check_name in ('flight_volume', 'on_time_rate', 'not_completed_rate')
                    then 'operations'
                else check_name
            end,
            period_type,
            period_date
        )
    end
{%- endmacro %}


{# An aggregate: the median distance of the values of a group from their median.
   Arguments: expression, a number. #}
{% macro median_deviation(expression) %}
    {{ return(adapter.dispatch('median_deviation')(expression)) }}
{% endmacro %}

{% macro duckdb__median_deviation(expression) -%}
    mad({{ expression }})
{%- endmacro %}

{% macro spark__median_deviation(expression) -%}
    {%- set median = spark__percentile_of_list(0.5, "numbers") -%}
    transform(
        array(array_agg({{ expression }})),
        numbers -> {{ spark__percentile_of_list(0.5, "transform(numbers, number -> abs(number - " ~ median ~ "))") }}
    )[0]
{%- endmacro %}
