{# Record what a build did: the time and the rows of each model in `operations.model_builds`, the counts
   in the log of runs, and that log in `operations.runs`. All of it is about a build and not about its
   content: nothing that is hashed or compared reads it.
   Arguments: results, the outcome of each node. #}
{% macro record_build(results) %}
    {% set counts = {'models_built': 0, 'tests_passed': 0, 'tests_warned': 0, 'tests_failed': 0} %}
    {% set outcomes = {'pass': 'tests_passed', 'warn': 'tests_warned', 'fail': 'tests_failed', 'error': 'tests_failed'} %}
    {% set built = [] %}
    {% for result in results %}
        {% set status = result.status | string %}
        {% if result.node.resource_type in ['test', 'unit_test'] %}
            {% if status in outcomes %}
                {% do counts.update({outcomes[status]: counts[outcomes[status]] + 1}) %}
            {% endif %}
        {% elif result.node.resource_type in ['model', 'seed', 'snapshot'] and status != 'skipped' %}
            {% do built.append(result) %}
            {% if status == 'success' and result.node.resource_type == 'model' %}
                {% do counts.update({'models_built': counts.models_built + 1}) %}
            {% endif %}
        {% endif %}
    {% endfor %}
    {% do record_model_builds(built) %}
    {% do query_now("select ontime_note_build(" ~ sql_text(tojson(counts)) ~ ")") %}
{% endmacro %}


{# Add rows to `operations.model_builds`, and forget all but the newest builds
   (`recorded_builds`). Arguments: built, the outcomes of models and seeds. #}
{% macro record_model_builds(built) %}
    {% do query_now("
        create table if not exists operations.model_builds (
            run_id varchar,
            invocation_id varchar,
            built_at_utc timestamp,
            schema_name varchar,
            table_name varchar,
            node_type varchar,
            materialization varchar,
            status varchar,
            duration_seconds double,
            row_count bigint
        )
    ") %}
    {% set rows = [] %}
    {% for result in built %}
        {% set node = result.node %}
        {# counting the rows of a view computes it #}
        {% set is_table = result.status | string == 'success' and node.config.materialized != 'view' %}
        {% do rows.append("(" ~ [
            "ontime_run_id()",
            sql_text(invocation_id),
            "timestamp " ~ sql_text(run_started_at.strftime('%Y-%m-%d %H:%M:%S')),
            sql_text(node.schema),
            sql_text(node.alias),
            sql_text(node.resource_type | string),
            sql_text(node.config.materialized),
            sql_text(result.status | string),
            result.execution_time | round(3),
            "(select count(*) from " ~ adapter.quote(node.schema) ~ "." ~ adapter.quote(node.alias) ~ ")"
            if is_table else "null",
        ] | join(", ") ~ ")") %}
    {% endfor %}
    {% if rows %}
        {% do query_now("insert into operations.model_builds values " ~ rows | join(", ")) %}
    {% endif %}
    {% do query_now("
        delete from operations.model_builds
        where invocation_id not in (
            select invocation_id
            from operations.model_builds
            group by invocation_id
            order by max(built_at_utc) desc, invocation_id
            limit " ~ var('recorded_builds') ~ "
        )
    ") %}
{% endmacro %}


{# The statements that publish the history: how runs ended, and how long models took. Neither
   messages nor options of commands are published, because they can name people's folders. The build
   that publishes is seen only if it succeeds, so it counts as such.
   Arguments: name (of the publication). #}
{% macro history_statements(name) %}
    {{ return([
        "
        create table publication.catalogue.runs as
        select
            run_id,
            command,
            coalesce(outcome, 'succeeded') as outcome,
            coalesce(publication, if(outcome is null, " ~ sql_text(name) ~ ", null)) as publication_name,
            git_revision,
            exit_code,
            duration_seconds,
            files_loaded,
            files_given_up,
            rows_loaded,
            rows_quarantined,
            models_built,
            tests_passed,
            tests_warned,
            tests_failed,
            started_at_utc,
            ended_at_utc
        from operations.runs
        order by started_at_utc, run_id
        ",
        "
        create table publication.catalogue.model_builds as
        select
            run_id,
            schema_name,
            table_name,
            node_type,
            materialization,
            status,
            duration_seconds,
            row_count,
            built_at_utc
        from operations.model_builds
        order by built_at_utc, run_id, schema_name, table_name
        ",
    ]) }}
{% endmacro %}
