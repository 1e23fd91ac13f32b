{#
    Dates: the expressions that DuckDB and Spark write differently. A macro takes and gives a SQL
    expression, except date_spine_days, which gives a whole select statement.
#}


{# ISO number of the day of the week: 1 is Monday, 7 is Sunday. #}
{% macro iso_weekday(date) %}{{ return(adapter.dispatch('iso_weekday')(date)) }}{% endmacro %}

{% macro duckdb__iso_weekday(date) -%}
    cast(isodow({{ date }}) as integer)
{%- endmacro %}

{% macro spark__iso_weekday(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}


{# ISO 8601 number of the week, 1 to 53. It counts within iso_year, not within the calendar year. #}
{% macro iso_week(date) %}{{ return(adapter.dispatch('iso_week')(date)) }}{% endmacro %}

{% macro default__iso_week(date) -%}
    cast(weekofyear({{ date }}) as integer)
{%- endmacro %}


{# ISO 8601 year: the year that holds the Thursday of the date's week. #}
{% macro iso_year(date) %}{{ return(adapter.dispatch('iso_year')(date)) }}{% endmacro %}

{% macro duckdb__iso_year(date) -%}
    cast(isoyear({{ date }}) as integer)
{%- endmacro %}

{% macro spark__iso_year(date) -%}
    cast(extract(yearofweek from {{ date }}) as integer)
{%- endmacro %}


{# The date that many days later; a negative number goes back. #}
{% macro add_days(date, days) %}{{ return(adapter.dispatch('add_days')(date, days)) }}{% endmacro %}

{% macro duckdb__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as int))
{%- endmacro %}


{# Whole days from the first date to the second; negative if the second is the earlier. #}
{% macro days_between(first_date, second_date) %}
    {{- return(adapter.dispatch('days_between')(first_date, second_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(first_date, second_date) -%}
    cast(date_diff('day', {{ first_date }}, {{ second_date }}) as integer)
{%- endmacro %}

{% macro spark__days_between(first_date, second_date) -%}
    datediff({{ second_date }}, {{ first_date }})
{%- endmacro %}


{# A select statement: one row per day, column calendar_date, both ends included. #}
{% macro date_spine_days(start_date, end_date) %}
    {{- return(adapter.dispatch('date_spine_days')(start_date, end_date)) }}
{%- endmacro %}

{% macro duckdb__date_spine_days(start_date, end_date) -%}
    select cast(spine.day_at as date) as calendar_date
    from generate_series({{ start_date }}, {{ end_date }}, interval 1 day) as spine (day_at)
{%- endmacro %}

{% macro spark__date_spine_days(start_date, end_date) -%}
    select explode(sequence({{ start_date }}, {{ end_date }}, interval '1' day)) as calendar_date
{%- endmacro %}


{# English name of an ISO weekday number: spelled out, so that it does not depend on the locale. #}
{% macro weekday_name(iso_weekday) -%}
    case {{ iso_weekday }}
    {%- for name in
        ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
    %}
        when {{ loop.index }} then '{{ name }}'
    {%- endfor %}
    end
{%- endmacro %}


{# English name of a month number: spelled out, so that it does not depend on the locale. #}
{% macro month_name(month_number) -%}
    case {{ month_number }}
    {%- for name in [
        'January', 'February', 'March', 'April', 'May', 'June',
        'July', 'August', 'September', 'October', 'November', 'December',
    ] %}
        when {{ loop.index }} then '{{ name }}'
    {%- endfor %}
    end
{%- endmacro %}
