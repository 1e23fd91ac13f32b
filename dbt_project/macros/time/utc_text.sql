{# The UTC timestamp (without zone) in a text such as 2013-01-31T05:00:00Z.
   Arguments: column, the text. Null stays null. #}
{% macro utc_text_to_timestamp(column) -%}
    cast(replace(replace({{ column }}, 'T', ' '), 'Z', '') as timestamp)
{%- endmacro %}
