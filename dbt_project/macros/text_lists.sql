{# Texts that are lists, and lists that become texts. #}


{# An aggregate: the texts of a group in one, in an order. Null if there are none; a null is left out.
   Arguments: expression, which may begin with `distinct`; separator; order_by, an expression, which
   is the text itself if it is distinct. #}
{% macro joined_text(expression, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text')(expression, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__joined_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(expression, separator, order_by) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}


{# In the list of a select statement: a row for each text of a list that is one text. No row for null.
   Arguments: list, separator. #}
{% macro rows_of_list(list, separator) -%}
    {{ return(adapter.dispatch('rows_of_list')(list, separator)) }}
{%- endmacro %}

{% macro duckdb__rows_of_list(list, separator) -%}
    unnest(string_split({{ list }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__rows_of_list(list, separator) -%}
    explode(split({{ list }}, '{{ separator }}'))
{%- endmacro %}
