{# A percentile of whole numbers, interpolated. Whole hundredths between whole numbers have two decimals
   at most: rounding to them takes away only what floating point added, by which a lower percentile
   of equal values could exceed a higher one.
   Arguments: percent, a whole number; values, the expression. Null if there are none. #}
{% macro exact_percentile(percent, values) -%}
    round(
        cast(
            percentile_cont({{ percent / 100 }}) within group (order by {{ values }}) as double
        ), 2
    )
{%- endmacro %}
