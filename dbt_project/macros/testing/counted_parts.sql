{# Whether the test being run only warns, in such a build: its rows are counted part by part, because the
   number of all of them is published. #}
{% macro a_build_counts_this_test() %}
    {{ return(
        is_a_build_of_changes() and model is defined and model.resource_type == 'test'
        and (config.get('severity') or 'error') | lower == 'warn'
    ) }}
{% endmacro %}


{# A condition that holds for all rows, and that `duckdb__get_test_sql` replaces by one for the rows of a
   part. Arguments: table, a node with a `part_column`; column; kind, how the column says the part:
   `month` (a date), `month as text`, or `text`. #}
{% macro mark_of_parts(table, column, kind) %}
    {{ return("/* part of " ~ table.name ~ ", " ~ column ~ ", " ~ kind ~ " */ true") }}
{% endmacro %}


{# The query that dbt runs for a test. A test that warns is counted part by part: what was counted in a
   part that has not changed is not counted again, and the result is the sum.
   Arguments: those of dbt. #}
{% macro duckdb__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}
    {% set marks = modules.re.findall('/\\* part of (\\w+), (.+?), (month|month as text|text) \\*/ true', main_sql) %}
    {% if not marks %}
        {{ return(dbt.default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit)) }}
    {% endif %}
    {% set parts = parts_of_tables([graph.nodes[model_id(marks[0][0])]]) %}
    {% set counted = "operations.counted_parts as counted where counted.test_id = " ~ sql_text(model.unique_id)
        ~ " and counted.part_name = parts.part_name and counted.part_version = parts.part_version" %}
    {% set missing = query_now(
        "select part_name, part_version from (" ~ parts ~ ") as parts where not exists (select 1 from " ~ counted
        ~ ") order by part_name"
    ).rows %}
    {% for row in missing %}
        {% set narrowed = namespace(sql=main_sql) %}
        {% for table_name, column, kind in marks %}
            {% set part = sql_text(row[0][:7] if kind == 'month as text' else row[0]) %}
            {% set narrowed.sql = narrowed.sql | replace(
                "/* part of " ~ table_name ~ ", " ~ column ~ ", " ~ kind ~ " */ true",
                column ~ " = " ~ ("date " if kind == 'month' else "") ~ part
            ) %}
        {% endfor %}
        {% do query_now(
            "delete from operations.counted_parts where test_id = " ~ sql_text(model.unique_id)
            ~ " and part_name = " ~ sql_text(row[0]) ~ "; insert into operations.counted_parts select " ~ [
                sql_text(model.unique_id), sql_text(row[0]), sql_text(row[1]), fail_calc
            ] | join(", ") ~ " from (" ~ narrowed.sql ~ ") as failing"
        ) %}
    {% endfor %}
    {% set query %}
        select
            failures,
            failures {{ warn_if }} as should_warn,
            failures {{ error_if }} as should_error
        from (
            select coalesce(sum((select max(counted.failures) from {{ counted }})), 0) as failures
            from ({{ parts }}) as parts
        )
    {% endset %}
    {{ return(query) }}
{% endmacro %}
