{# A select statement that makes several rows of each row of a relation, in one reading where the engine
   would otherwise read the relation again for each of them.
   Arguments: relation, the name of a CTE; kept, its columns that each row repeats; rows, a list with a
   mapping for each row that is made: from its columns, which are the same for all, to expressions, and
   from `where` to the condition under which there is such a row, if it depends on one. #}
{% macro rows_from_each(relation, kept, rows) -%}
    {{ return(adapter.dispatch('rows_from_each')(relation, kept, rows)) }}
{%- endmacro %}

{# DuckDB computes a CTE once, however often it is read. #}
{% macro duckdb__rows_from_each(relation, kept, rows) -%}
    {% for row in rows -%}
    select
        {% for column in kept -%}
        {{ column }},
        {% endfor -%}
        {% for column, expression in row.items() if column != 'where' -%}
        {{ expression }} as {{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ relation }}
    {{ "where " ~ row.where if row.where }}
    {{ "union all" if not loop.last }}
    {% endfor %}
{%- endmacro %}

{# Spark computes a CTE anew, with all before it, each time that it is read. #}
{% macro spark__rows_from_each(relation, kept, rows) -%}
    {%- set columns = rows[0].keys() | reject('equalto', 'where') | list -%}
    select
        {% for column in kept -%}
        {{ relation }}.{{ column }},
        {% endfor -%}
        {% for column in columns -%}
        made.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ relation }}
    lateral view inline(array(
        {% for row in rows -%}
        named_struct(
            {% for column in columns -%}
            '{{ column }}', {{ row[column] }},
            {% endfor -%}
            'is_made', {{ row.where or 'true' }}
        ){{ "," if not loop.last }}
        {% endfor %}
    )) made as {{ columns | join(', ') }}, is_made
    where made.is_made
{%- endmacro %}
