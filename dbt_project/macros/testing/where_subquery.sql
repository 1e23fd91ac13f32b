{# Where a generic test looks for failing rows: the relation, or those of its rows that meet the test's
   `where` and that no passed build has tested yet. dbt calls this for every generic test.
   Arguments: relation. #}
{% macro duckdb__get_where_subquery(relation) %}
    {% set conditions = [] %}
    {% for condition in [config.get('where'), untested_rows(relation)] if condition %}
        {% do conditions.append("(" ~ condition ~ ")") %}
    {% endfor %}
    {% if not conditions %}{{ return(relation) }}{% endif %}
    {{ return(
        "(select * from " ~ relation ~ " where " ~ conditions | join(" and ") ~ ") as rows_to_test"
    ) }}
{% endmacro %}


{# The condition for the rows that the test being run has to look at, as SQL, or nothing if it looks
   at all of them. Only the facts of single rows can be split in this way. Arguments: relation. #}
{% macro untested_rows(relation) %}
    {% if not a_build_splits_this_test() or not model.test_metadata %}{{ return(none) }}{% endif %}
    {% set table = graph.nodes.get(model.attached_node) %}
    {% set part = part_column(table) if table else none %}
    {% if not part or relation.identifier != table.alias or not test_is_of_one_part(model, part) %}
        {{ return(none) }}
    {% endif %}
    {{ return(rows_of_untested_parts(table)) }}
{% endmacro %}


{# The same condition for a test in a file of its own, which says with it that a pass on each month of a
   monthly table is a pass on the whole: the months to look at, in the table itself or in one that holds
   the same months. Arguments: model_name, of the monthly table. #}
{% macro in_untested_months(model_name) %}
    {% if not a_build_splits_this_test() %}{{ return("true") }}{% endif %}
    {{ return(rows_of_untested_parts(graph.nodes[model_id(model_name)])) }}
{% endmacro %}


{# Whether the test being run may look at a part of the rows: only where a failure would have stopped
   the build, and only in a build: `dbt test` looks at everything, and so does a full refresh. #}
{% macro a_build_splits_this_test() %}
    {{ return(
        execute and has_functions() and flags.WHICH == 'build' and not flags.FULL_REFRESH
        and (config.get('severity') or 'error') | lower == 'error'
    ) }}
{% endmacro %}


{# The condition for the rows of the parts that were not tested yet. Arguments: table, a node with a
   `part_column`. #}
{% macro rows_of_untested_parts(table) %}
    {% set is_month = table.config.materialized == 'monthly' or table.config.meta.get('parts_of') %}
    {% set parts = [] %}
    {% for row in run_query(untested_parts(table)).rows %}
        {# literals of the column's own type, so that the engine reads no other part #}
        {% do parts.append(("date " if is_month else "") ~ sql_text(row[0])) %}
    {% endfor %}
    {# an empty list is not SQL, and a column never equals null #}
    {{ return(part_column(table) ~ " in (" ~ (parts or ["null"]) | join(", ") ~ ")") }}
{% endmacro %}


{# Whether a test that passes on each part of a table passes on the whole table: tests of single rows,
   and of a key that contains the part or, by `meta.key_names_the_month`, says it. Not tests of the
   part itself: a row without one belongs to no part.
   Arguments: test, its node; part, the column. #}
{% macro test_is_of_one_part(test, part) %}
    {% set name = test.test_metadata.name %}
    {% if test.column_name == part and name == 'not_null' %}{{ return(false) }}{% endif %}
    {% if name in ['unique', 'unique_combination_of_columns'] %}
        {% set columns = test.test_metadata.kwargs.get('columns') or [test.column_name] %}
        {{ return(part in columns or test.config.meta.get('key_names_the_month', false)) }}
    {% endif %}
    {{ return(name in [
        'accepted_range', 'accepted_values', 'expression_is_true', 'features_are_known_in_time',
        'not_null', 'punctuality_measures_hold',
    ]) }}
{% endmacro %}
