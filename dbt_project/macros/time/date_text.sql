{# The date in a text such as 2013-01-31, or 1/31/2013 with or without a time after it, which is how
   the web form of the BTS writes it.
   Arguments: column, the text. Null stays null. #}
{% macro text_to_date(column) -%}
    {{ return(adapter.dispatch('text_to_date')(column)) }}
{%- endmacro %}

{% macro duckdb__text_to_date(column) -%}
    case
        when {{ column }} like '%/%'
            then cast(strptime(split_part({{ column }}, ' ', 1), '%m/%d/%Y') as date)
        else cast({{ column }} as date)
    end
{%- endmacro %}

{% macro spark__text_to_date(column) -%}
    case
        when {{ column }} like '%/%' then to_date(split_part({{ column }}, ' ', 1), 'M/d/yyyy')
        else cast({{ column }} as date)
    end
{%- endmacro %}
