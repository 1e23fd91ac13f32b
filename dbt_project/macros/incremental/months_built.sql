{# The condition with which a monthly model reads the months that are being built, and the months
   that some days before and after them belong to. It names the first and the last month of all
   time, so that the compiled model is the whole table; `narrowed_to_months` puts those of a batch in
   their place. Literals, so that the engine reads nothing else.
   Arguments: month_column; days_before and days_after. #}
{% macro months_built(month_column, days_before=0, days_after=0) -%}
    {%- if is_for_made_up_rows() -%}
    true
    {%- else -%}
    {{ month_column }} between
    {{ months_around(first_month_of_all(), last_month_of_all(), days_before, days_after) }}
    {%- endif -%}
{%- endmacro %}

{# The same condition for a table that is built by year: the months of the years.
   Arguments: month_column; days_before and days_after the years. #}
{% macro months_of_years_built(month_column, days_before=0, days_after=0) -%}
    {{ months_built(month_column, days_before, days_of_years(days_after)) }}
{%- endmacro %}

{# The days from the end of January to the end of the year, or to some days after it: none of the months
   after that is among them, whether or not it is a leap year. Arguments: days_after the year. #}
{% macro days_of_years(days_after=0) %}
    {{ return(335 + days_after if days_after else 334) }}
{% endmacro %}

{# The same condition for a column with months as text, such as 2013-01: the partitions of a raw table.
   The engine computes the texts before it reads, and skips the parts of the table without them.
   Arguments: partition_column; days_before and days_after. #}
{% macro partitions_built(partition_column, days_before=0, days_after=0) -%}
    {%- set ends = months_around(first_month_of_all(), last_month_of_all(), days_before, days_after) -%}
    {%- set first, last = ends.split(' and ') -%}
    {%- if is_for_made_up_rows() -%}
    true
    {%- else -%}
    {{ partition_column }} between {{ month_text(first) }} and {{ month_text(last) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a unit test is compiled: its rows need no month where the rule under test needs none. #}
{% macro is_for_made_up_rows() %}
    {{ return(execute and model is defined and model.resource_type == 'unit_test') }}
{% endmacro %}

{# The month of a date as text, such as 2013-01. Arguments: date, SQL. #}
{% macro month_text(date) -%}
    substr(cast({{ date }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}

{# The month of a flight as its key says it, for tables that have no other column with it. The key begins
   with the date of the flight. Arguments: flight_id, SQL. #}
{% macro month_of_flight_id(flight_id='flight_id') -%}
    cast(substr({{ flight_id }}, 1, 7) || '-01' as date)
{%- endmacro %}

{# The months to which some days before a first month and after a last one belong, as SQL of the first
   and the last of them, joined by `and`. Arguments: first, last, SQL; days_before, days_after. #}
{% macro months_around(first, last, days_before, days_after) -%}
    {%- if days_before -%}
    cast(date_trunc('month', {{ first }} - interval {{ days_before }} day) as date)
    {%- else -%}
    {{ first }}
    {%- endif %} and {% if days_after -%}
    cast(date_trunc('month', {{ last }} + interval 1 month + interval {{ days_after - 1 }} day) as date)
    {%- else -%}
    {{ last }}
    {%- endif -%}
{%- endmacro %}

{# No variable is written like these two, so nothing else is replaced. #}
{% macro first_month_of_all() -%} cast('1000-01-01' as date) {%- endmacro %}

{% macro last_month_of_all() -%} cast('3000-12-01' as date) {%- endmacro %}

{# The days before a month, and those after it, that lie in the month so many months before and after it,
   however long the months are. Arguments: months. #}
{% macro days_of_months(months) %}
    {% set mean_days = 30.4375 %}
    {{ return([(months * mean_days) | int - 10, ((months - 1) * mean_days) | int + 11]) }}
{% endmacro %}

{# The days that some hours touch, at most. Arguments: hours. #}
{% macro days_of_hours(hours) %}
    {{ return((hours / 24) | round(0, 'ceil') | int) }}
{% endmacro %}

{# The compiled text of a monthly model, for some months only. Arguments: sql; first, last, as text. #}
{% macro narrowed_to_months(sql, first, last) %}
    {{ return(
        sql
        | replace(first_month_of_all(), "date '" ~ first ~ "'")
        | replace(last_month_of_all(), "date '" ~ last ~ "'")
    ) }}
{% endmacro %}

{# The common table expressions with the flights that matter for each month that is built: its own,
   and those of some days before and after it, which can be flights of several months. The column
   `built_month` names the month, so a month has the same rows whatever is built with it.
   Arguments: all_flights, the CTE of flights with `flight_month` and `flight_date`, read for these
   days; days_before and days_after. #}
{% macro flights_around_months(all_flights, days_before, days_after) -%}
months as (
    select distinct flight_month as built_month
    from {{ all_flights }}
    where {{ months_built('flight_month') }}
),

nearby_flights as (
    select
        months.built_month,
        {{ all_flights }}.*
    from {{ all_flights }}
    inner join months
        on
            {{ all_flights }}.flight_date >= months.built_month - interval {{ days_before }} day
            and {{ all_flights }}.flight_date
            < months.built_month + interval 1 month + interval {{ days_after }} day
)
{%- endmacro %}
