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

{# One pass over both sides in the order of time, because a join by an inequality compares each left
   row with every right row of its entity. The columns of the entity come from the columns of the
   window, so that a condition on them, such as a month, reaches the tables of both sides. #}
{% macro spark__as_of_join(
    left_cte, right_cte, entities, left_time, right_time, left_columns, right_columns
) -%}
    {%- set left_row, right_row = [], [] -%}
    {%- for column in left_columns -%}{%- do left_row.append(left_cte ~ "." ~ column) -%}{%- endfor -%}
    {%- for column in right_columns -%}{%- do right_row.append(right_cte ~ "." ~ column) -%}{%- endfor -%}
    {%- set entities_returned = entities if '*' in left_columns else entities | select('in', left_columns) | list -%}
    select
        {% for entity in entities_returned -%}
            entity_{{ entities.index(entity) + 1 }} as {{ entity }},
        {% endfor -%}
        left_row.*{% if entities_returned %} except ({{ entities_returned | join(", ") }}){% endif %},
        {% for column in right_columns -%}
            last_right_row.{{ column }}{{ "," if not loop.last }}
        {% endfor %}
    from (
        select
            left_row,
            last_value(right_row) ignore nulls over (
                partition by {% for _ in entities %}entity_{{ loop.index }}, {% endfor %}is_entity_known
                order by at_time asc nulls first, is_left asc
                rows between unbounded preceding and current row
            ) as last_right_row,
            {% for _ in entities -%}
            entity_{{ loop.index }},
            {% endfor -%}
            is_left
        from (
            select
                {% for entity in entities -%}
                {{ left_cte }}.{{ entity }} as entity_{{ loop.index }},
                {% endfor -%}
                {{ left_cte }}.{{ left_time }} as at_time,
                {% for entity in entities -%}
                {{ left_cte }}.{{ entity }} is not null{{ " and " if not loop.last }}
                {%- endfor %} as is_entity_known,
                true as is_left,
                struct({{ left_row | join(", ") }}) as left_row,
                null as right_row
            from {{ left_cte }}
            union all
            select
                {% for entity in entities -%}
                {{ right_cte }}.{{ entity }} as entity_{{ loop.index }},
                {% endfor -%}
                {{ right_cte }}.{{ right_time }} as at_time,
                true as is_entity_known,
                false as is_left,
                null as left_row,
                struct({{ right_row | join(", ") }}) as right_row
            from {{ right_cte }}
            where {{ right_cte }}.{{ right_time }} is not null
        ) as both_sides
    ) as in_order
    where is_left
{%- endmacro %}
