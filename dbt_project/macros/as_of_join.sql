{# For each left row, the last right row of the same entity at or before its time.
   Arguments: left_cte and right_cte (names of CTEs), entities (the columns that name the entity) and
   the two time columns, left_columns and right_columns (lists of columns to return). Left rows
   without a match are kept, with nulls. The right side must have one row per entity and time,
   otherwise the result would not be deterministic. #}
{% macro as_of_join(left_cte, right_cte, entities, left_time, right_time, left_columns, right_columns) -%}
    {{ return(adapter.dispatch('as_of_join')(
        left_cte, right_cte, entities, left_time, right_time, left_columns, right_columns
    )) }}
{%- endmacro %}

{% macro duckdb__as_of_join(
    left_cte, right_cte, entities, left_time, right_time, left_columns, right_columns
) -%}
    select
        {% for column in left_columns -%}
            {{ left_cte }}.{{ column }},
        {% endfor -%}
        {% for column in right_columns -%}
            {{ right_cte }}.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ left_cte }}
    asof left join {{ right_cte }}
        on
            {{ left_cte }}.{{ left_time }} >= {{ right_cte }}.{{ right_time }}
            {% for entity in entities -%}
            and {{ left_cte }}.{{ entity }} = {{ right_cte }}.{{ entity }}
            {% endfor %}
{%- endmacro %}
