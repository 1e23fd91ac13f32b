{# A count or a sum divided by a count, as a double; null if the count is 0.
   Arguments: numerator, denominator. #}
{% macro share_of(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}
