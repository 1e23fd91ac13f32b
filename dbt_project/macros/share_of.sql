{# A count or a sum for each one of a count, as a double; null of none.
   Arguments: numerator, denominator. #}
{% macro share_of(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}
