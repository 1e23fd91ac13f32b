{# Where a generic test looks for failing rows: the relation, or those of its rows that meet the test's
   `where` and that no passed build has tested yet; a build counts the rows of a test that warns part by
   part (`duckdb__get_test_sql`). dbt calls this for every generic test.
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
    {% if not (a_build_splits_this_test() or a_build_counts_this_test()) or not model.test_metadata %}
        {{ return(none) }}
    {% endif %}
    {% set table = graph.nodes.get(model.attached_node) %}
    {% set part = part_column(table) if table else none %}
    {% if not part or relation.identifier != table.alias or not test_is_of_one_part(model, part) %}
        {{ return(none) }}
    {% endif %}
    {% if a_build_counts_this_test() %}
        {# its failures are values and not rows, and the values of two parts can be the same #}
        {% if model.test_metadata.name == 'accepted_values' %}{{ return(none) }}{% endif %}
        {{ return(mark_of_parts(table, part, 'month' if is_by_month(table) else 'text')) }}
    {% endif %}
    {{ return(rows_of_untested_parts(table, months_before=model.config.meta.get('months_before', 0))) }}
{% endmacro %}


{# The same condition for a test in a file of its own, which says with it that a pass on each month of a
   monthly table is a pass on the whole: the months to look at, in the table itself or in one that holds
   the same months. Arguments: model_name, of the monthly table; column, the one with the month, if it is
   another than in this table; is_text, whether it has months as text, such as 2013-01;
   months_before, how many months before each are looked at as well. #}
{% macro in_untested_months(model_name, column=none, is_text=false, months_before=0) %}
    {% if not execute %}{{ return("true") }}{% endif %}
    {% set table = graph.nodes[model_id(model_name)] %}
    {% if a_build_counts_this_test() %}
        {{ return(mark_of_parts(table, column or part_column(table), 'month as text' if is_text else 'month')) }}
    {% elif a_build_splits_this_test() %}
        {{ return(rows_of_untested_parts(table, column, is_text, months_before)) }}
    {% endif %}
    {{ return("true") }}
{% endmacro %}


{# Whether the test being run may look at a part of the rows: only where a failure would have stopped
   the build, and only in a build: `dbt test` looks at everything, and so does a full refresh. #}
{% macro a_build_splits_this_test() %}
    {{ return(is_a_build_of_changes() and (config.get('severity') or 'error') | lower == 'error') }}
{% endmacro %}


{# Whether this is a build that may leave out what has not changed. #}
{% macro is_a_build_of_changes() %}
    {{ return(execute and has_functions() and flags.WHICH == 'build' and not flags.FULL_REFRESH) }}
{% endmacro %}


{# Whether the parts of a table are months, by date. Arguments: table, a node with a `part_column`. #}
{% macro is_by_month(table) %}
    {{ return(table.config.materialized == 'monthly' or 'parts_of' in table.config.meta) }}
{% endmacro %}


{# The condition for the rows of the parts that were not tested yet. Arguments: table, a node with a
   `part_column`; column, if it is another; is_text, whether it has months as text; months_before, how many
   months before each are looked at as well. #}
{% macro rows_of_untested_parts(table, column=none, is_text=false, months_before=0) %}
    {% set column = column or part_column(table) %}
    {% set parts, years = [], [] %}
    {% for row in run_query(untested_parts(table)).rows %}
        {# literals of the column's own type, so that the engine reads no other part #}
        {% if is_by_month(table) %}
            {% for before in range(months_before + 1) %}
                {% set number = row[0][:4] | int * 12 + row[0][5:7] | int - 1 - before %}
                {% set month = '%04d-%02d' % (number // 12, number % 12 + 1) %}
                {% do parts.append(sql_text(month) if is_text else "date '" ~ month ~ "-01'") %}
            {% endfor %}
        {% else %}
            {% do parts.append(sql_text(row[0])) %}
            {% if table.config.meta.get('partitions_of') and row[0] | length < 7 %}
                {% do years.append(" or starts_with(" ~ column ~ ", " ~ sql_text(row[0]) ~ ")") %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {# an empty list is not SQL, and a column never equals null #}
    {{ return("(" ~ column ~ " in (" ~ (parts or ["null"]) | join(", ") ~ ")" ~ years | join ~ ")") }}
{% endmacro %}


{# Whether a test that passes on each part of a table passes on the whole table: tests of single rows;
   of a key that contains the part or, by `meta.key_names_the_month`, says it (with `meta.months_before`,
   says it to within so many months); and of a reference to rows whose change builds the month again, by
   `meta.referred_rows_are_in_the_version`. Not tests of the part itself: a row without one belongs to no
   part.
   Arguments: test, its node; part, the column. #}
{% macro test_is_of_one_part(test, part) %}
    {% set name = test.test_metadata.name %}
    {% if test.column_name == part and name == 'not_null' %}{{ return(false) }}{% endif %}
    {% if name in ['unique', 'unique_combination_of_columns'] %}
        {% set columns = test.test_metadata.kwargs.get('columns') or [test.column_name] %}
        {{ return(part in columns or test.config.meta.get('key_names_the_month', false)) }}
    {% endif %}
    {% if name == 'relationships' %}
        {{ return(test.config.meta.get('referred_rows_are_in_the_version', false)) }}
    {% endif %}
    {{ return(name in [
        'accepted_range', 'accepted_values', 'expression_is_true', 'features_are_known_in_time',
        'not_null', 'punctuality_measures_hold',
    ]) }}
{% endmacro %}
