{# A percentile, interpolated between the two values around it. An aggregate; null if there are none.
   Arguments: fraction, from 0 to 1; values, an expression, of which nulls are left out. #}
{% macro interpolated_percentile(fraction, values) -%}
    {{ return(adapter.dispatch('interpolated_percentile')(fraction, values)) }}
{%- endmacro %}

{% macro duckdb__interpolated_percentile(fraction, values) -%}
    percentile_cont({{ fraction }}) within group (order by {{ values }})
{%- endmacro %}

{# Spark's own percentile adds up in another order, and differs in the last digit. #}
{% macro spark__interpolated_percentile(fraction, values) -%}
    {{ spark__percentile_of_list(fraction, "array_agg(" ~ values ~ ")") }}
{%- endmacro %}

{# A percentile of an array of numbers; null if it is empty. #}
{% macro spark__percentile_of_list(fraction, numbers) -%}
    {%- set place = "((size(ordered) - 1) * cast(" ~ fraction ~ " as double))" -%}
    transform(
        array(array_sort({{ numbers }})),
        ordered -> (
            get(ordered, cast(floor({{ place }}) as int)) * (1 - ({{ place }} - floor({{ place }})))
            + get(ordered, cast(ceil({{ place }}) as int)) * ({{ place }} - floor({{ place }}))
        )
    )[0]
{%- endmacro %}


{# A percentile of whole numbers, interpolated. Whole hundredths between whole numbers have two decimals
   at most: rounding to them takes away only what floating point added, by which a lower percentile
   of equal values could exceed a higher one.
   Arguments: percent, a whole number; values, the expression. Null if there are none. #}
{% macro exact_percentile(percent, values) -%}
    round(
        cast({{ interpolated_percentile(percent / 100, values) }} as double), 2
    )
{%- endmacro %}
