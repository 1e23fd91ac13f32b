{# The lower or the upper bound of Wilson's 95 % interval of a share: the plausible range of the
   share for many more such flights. Unlike the usual interval it stays between 0 and 1, and it is
   wide where there are few flights. Null of none.
   Arguments: events and total, SQL expressions of counts; bound, 'low' or 'high'. #}
{% macro wilson_bound(events, total, bound) -%}
    {%- set z = var('share_interval_deviations') -%}
    {#- a double: engines divide decimals to different digits -#}
    {%- set z_squared = "cast(" ~ z * z ~ " as double)" -%}
    {%- set share = "(" ~ share_of(events, total) ~ ")" -%}
    {%- set n = "nullif(" ~ total ~ ", 0)" -%}
    {#- least and greatest pass over nulls -#}
    case when {{ total }} > 0 then least(1, greatest(0, (
        {{ share }} + {{ z_squared }} / (2 * {{ n }})
        {{ '-' if bound == 'low' else '+' }} {{ z }} * sqrt(
            {{ share }} * (1 - {{ share }}) / {{ n }} + {{ z_squared }} / (4.0 * {{ n }} * {{ n }})
        )
    ) / nullif(1 + {{ z_squared }} / {{ n }}, 0))) end
{%- endmacro %}


{# A period of whole months in words: `February 2024`, `January to December 2013`,
   `November 2023 to October 2024`.
   Arguments: first_month and last_month, SQL expressions of dates. #}
{% macro months_in_words(first_month, last_month) -%}
    case
        when {{ first_month }} = {{ last_month }} then {{ date_in_words(first_month, '%B %Y') }}
        when extract(year from {{ first_month }}) = extract(year from {{ last_month }})
            then concat(
                {{ date_in_words(first_month, '%B') }}, ' to ',
                {{ date_in_words(last_month, '%B %Y') }}
            )
        else concat(
            {{ date_in_words(first_month, '%B %Y') }}, ' to ',
            {{ date_in_words(last_month, '%B %Y') }}
        )
    end
{%- endmacro %}


{# A date in words. Arguments: date, a SQL expression; form, a strftime format. #}
{% macro date_in_words(date, form) -%}
    {{ return(adapter.dispatch('date_in_words')(date, form)) }}
{%- endmacro %}

{% macro duckdb__date_in_words(date, form) -%}
    strftime({{ date }}, '{{ form }}')
{%- endmacro %}

{% macro spark__date_in_words(date, form) -%}
    date_format({{ date }}, '{{ form | replace("%B", "MMMM") | replace("%Y", "yyyy") }}')
{%- endmacro %}


{# A count with a comma between thousands.
   Arguments: count, a SQL expression of an integer. #}
{% macro count_in_words(count) -%}
    {{ return(adapter.dispatch('count_in_words')(count)) }}
{%- endmacro %}

{% macro duckdb__count_in_words(count) -%}
    format('{:,}', {{ count }})
{%- endmacro %}

{% macro spark__count_in_words(count) -%}
    format_number({{ count }}, 0)
{%- endmacro %}
