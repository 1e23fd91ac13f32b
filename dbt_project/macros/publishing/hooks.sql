{# Runs before every build: refuses to build if nothing was ingested, and clears the mark of the
   last whole, tested build, because the marts change from here on. #}
{% macro begin_build() %}
    {% if execute and target.type == 'spark' and flags.WHICH in ['build', 'run', 'retry'] %}
        {% do begin_build_on_spark() %}
    {% endif %}
    {% if execute and is_warehouse() and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'retry'] %}
        {% if not operations_has('load_receipts') %}
            {{ exceptions.raise_compiler_error(
                "The warehouse " ~ target.path ~ " holds no raw tables yet: run `make ingest` first."
            ) }}
        {% endif %}
        {% set existing = query_now(
            "select concat(table_schema, '.', table_name) from information_schema.tables"
        ).columns[0].values() %}
        {% for source in graph.sources.values()
            if source.schema ~ '.' ~ source.identifier not in existing %}
            {{ exceptions.raise_compiler_error(
                "The warehouse " ~ target.path ~ " lacks the raw table " ~ source.schema ~ "."
                ~ source.identifier ~ ", which came with a newer ontime: run `make ingest` first."
            ) }}
        {% endfor %}
        {% do make_table_of_months() %}
        {% do query_now(
            "delete from operations.built_months where model_name not in (" ~ monthly_tables() | join(", ") ~ ")"
        ) %}
        {# for `ontime publish`, which comes when dbt has ended #}
        {% do query_now(
            "create or replace table operations.begun_build as select " ~ sql_text(invocation_id)
            ~ " as invocation_id, (" ~ label_of_what_is_loaded() ~ ") as loaded_label"
        ) %}
        {% if has_functions() %}{% do begin_testing() %}{% endif %}
        {% do make_tables_of_the_audit() %}
    {% endif %}
{% endmacro %}


{# The query for a label that changes with what is loaded. #}
{% macro label_of_what_is_loaded() %}
    {% set load = "concat_ws(' ', source_name, table_name, partition_name, load_id)" %}
    {{ return(
        "select md5(coalesce(string_agg(" ~ load ~ ", ',' order by " ~ load ~ "), '')) from operations.loaded_partitions"
    ) }}
{% endmacro %}


{# Make the table that records which month of a monthly table was built from what. #}
{% macro make_table_of_months() %}
    {% do query_now("
        create table if not exists operations.built_months (
            model_name varchar,
            built_month date,
            month_version varchar,
            row_count bigint,
            invocation_id varchar
        )
    ") %}
{% endmacro %}


{# Make the tables in which a build is recorded that passed every test, and empty those that are about one
   build. #}
{% macro make_tables_of_the_audit() %}
    {# dropped, not emptied: an older warehouse has a table of fewer columns #}
    {% do query_now("
        create or replace table operations.audited_builds (
            invocation_id varchar,
            built_at_utc timestamp,
            git_revision varchar,
            made_from varchar
        )
    ") %}
    {% do query_now("
        create or replace table operations.audited_tables (
            table_name varchar,
            row_count bigint,
            content_hash varchar,
            structure varchar
        )
    ") %}
    {# kept from build to build: only months that are built anew are hashed again #}
    {% do query_now("
        create table if not exists operations.audited_months (
            table_name varchar,
            flight_month date,
            made_by varchar,
            content_hash_method varchar,
            row_count bigint,
            first_sum hugeint,
            second_sum hugeint
        )
    ") %}
{% endmacro %}


{# The names of the monthly tables, as SQL texts. #}
{% macro monthly_tables() %}
    {% set names = [] %}
    {% for node in graph.nodes.values() if node.config.materialized == 'monthly' %}
        {% do names.append(sql_text(node.alias)) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}


{# Runs after every `dbt build`, or `dbt retry` of one: stores the test results of a whole build, and
   publishes it if it passed every test; otherwise it says why not. The results are stored first, so
   that the publication includes its own test results. After `dbt source freshness` it reports how
   far the sources are loaded.
   Arguments: results, the outcome of each node. #}
{% macro end_build(results) %}
    {% if execute and is_warehouse() and flags.WHICH == 'build' and not has_functions() %}
        {% if not objection_to_results(results) %}{% do record_built_contents() %}{% endif %}
        {% do print("`ontime publish` publishes what was built, if it passed every test.") %}
    {% elif execute and is_warehouse() and flags.WHICH == 'build' %}
        {% if not what_was_left_out(results) %}
            {% do record_test_results(results) %}
        {% endif %}
        {% do record_build(results) %}
        {% set objection = objection_to_publishing(results) %}
        {% if objection %}
            {% do print("Not published: " ~ objection ~ ".") %}
        {% else %}
            {% do record_audit() %}
            {% do publish_marts() %}
        {% endif %}
    {% elif execute and flags.WHICH == 'freshness' %}
        {% do report_freshness(results) %}
    {% endif %}
{% endmacro %}


{# Print how far each source is loaded, because dbt prints only whether it is late, and counts a source
   that was never loaded as loaded two thousand years ago.
   Arguments: results, the outcome of each source. #}
{% macro report_freshness(results) %}
    {% for result in results if result.max_loaded_at %}
        {% set table = result.node.source_name ~ "." ~ result.node.name %}
        {% if result.max_loaded_at.year == 1 %}
            {% do print(table ~ " was never loaded, so nothing can be late: `make ingest MONTHS=...` loads it.") %}
        {% else %}
            {% do print(table ~ " is loaded up to " ~ result.max_loaded_at.strftime('%Y-%m-%d') ~ ".") %}
        {% endif %}
    {% endfor %}
{% endmacro %}


{# What a build of this invocation is made from, as an SQL expression: see ontime/publishing/identity.py. #}
{% macro identity_of_this_build() %}
    {{ return(
        "ontime_identity(" ~ sql_text(target.name) ~ ", "
        ~ sql_text(tojson(invocation_args_dict.get('vars') or {})) ~ ")"
    ) }}
{% endmacro %}


{# Publish the marts as they are in the warehouse, if they come from a whole build that passed every
   test, and neither they nor their inputs have changed since. Called by
   `dbt run-operation publish`. #}
{% macro publish() %}
    {% if execute %}
        {% if not may_publish() %}
            {{ exceptions.raise_compiler_error(
                "Only the target `prod` publishes, and this is `" ~ target.name ~ "`."
            ) }}
        {% endif %}
        {% set differences = [] %}
        {% if operations_has('audited_tables') %}
            {% set differences = query_now(
                "select ontime_identity_difference(made_from, " ~ identity_of_this_build() ~ ") "
                ~ "from operations.audited_builds"
            ).columns[0].values() %}
        {% endif %}
        {% if not differences %}
            {{ exceptions.raise_compiler_error(
                "The last build was not of the whole project or failed a test: run `make build`."
            ) }}
        {% elif differences[0] %}
            {{ exceptions.raise_compiler_error(
                "Since the last whole build " ~ differences[0] ~ ": run `make build`."
            ) }}
        {% endif %}
        {% for table_name in tables_changed_since_the_audit() %}
            {{ exceptions.raise_compiler_error(
                "marts." ~ table_name ~ " was changed after the build that tested it: run "
                ~ "`make build ARGS=--full-refresh`."
            ) }}
        {% endfor %}
        {% do publish_marts() %}
    {% endif %}
{% endmacro %}


{# Refuse to publish a build whose marts are no longer what they were when dbt ended, before `ontime publish`
   publishes it. A build that did not pass has no record of them. A month that is not built again stays as
   it is, so the refusal asks for a full refresh. #}
{% macro refuse_changed_marts() %}
    {% if operations_has('built_contents') and query_now(
        "select 1 from operations.built_contents where invocation_id = " ~ sql_text(invocation_id)
    ).rows %}
        {% for name in marts_that_differ(marts_in_tables(), "operations.built_contents") %}
            {{ exceptions.raise_compiler_error(
                "marts." ~ name ~ " was changed after the build that tested it: run "
                ~ "`dbt build --target plain --full-refresh`."
            ) }}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# Whether the target is a warehouse in a file, and neither the empty one in memory for linting nor the
   file of one person, which has no raw tables. #}
{% macro is_warehouse() %}
    {{ return(target.type == 'duckdb' and target.path != ':memory:' and target.name != 'dev') }}
{% endmacro %}


{# Whether a build for this target may be published: what `ci` builds is not what readers should see. A
   cluster publishes in its lake. #}
{% macro may_publish() %}
    {{ return(target.name in ['prod', 'spark']) }}
{% endmacro %}


{# Whether the connection has the functions that publishing calls: dbt's plugin registers them, and so
   does `ontime publish`, which runs these macros after a build without the plugin. #}
{% macro has_functions() %}
    {{ return(is_warehouse() and target.name != 'plain') }}
{% endmacro %}


{# Why a build must not be published, in words, or nothing if it may.
   Arguments: results, the outcome of each node. #}
{% macro objection_to_publishing(results) %}
    {% if not may_publish() %}
        {{ return("only the target `prod` publishes, and this is `" ~ target.name ~ "`") }}
    {% endif %}
    {{ return(objection_to_results(results)) }}
{% endmacro %}


{# Why the outcome of a build is in the way of its publication, in words, or nothing if it is not.
   Arguments: results, the outcome of each node. #}
{% macro objection_to_results(results) %}
    {% set failed = [] %}
    {% set skipped = [] %}
    {% for result in results if result.status not in ['success', 'pass', 'warn', 'no-op', 'reused'] %}
        {# nodes that depend on a failed node are skipped; they did not fail themselves #}
        {% do (skipped if result.status == 'skipped' else failed).append(result.node.name) %}
    {% endfor %}
    {% if failed or skipped %}
        {% set and_skipped = ", and " ~ skipped | length ~ " were skipped" if skipped else "" %}
        {{ return(
            failed | length ~ " of " ~ results | length ~ " nodes failed (" ~ failed[:3] | join(", ")
            ~ (", ..." if failed | length > 3 else "") ~ ")" ~ and_skipped
        ) }}
    {% endif %}
    {{ return(what_was_left_out(results)) }}
{% endmacro %}


{# What a build left out, as text: such a build says nothing about the whole project. Nothing if it
   left nothing out. Arguments: results, the outcome of each node. #}
{% macro what_was_left_out(results) %}
    {% if flags.EMPTY %}
        {{ return("the models were built empty") }}
    {% endif %}
    {% set unit_tests_were_spared = unit_tests_were_spared() %}
    {% if not unit_tests_were_spared
        and (invocation_args_dict.get('resource_types') or invocation_args_dict.get('exclude_resource_types')) %}
        {{ return("only some types of nodes were built") }}
    {% endif %}
    {# dbt does not list unit tests among the selected resources: their results show whether they
       ran #}
    {% set built = selected_resources + results | map(attribute='node.unique_id') | list %}
    {% set all_ids = graph.nodes | list + ([] if unit_tests_were_spared else graph.unit_tests | list) %}
    {% for id in all_ids if id.split('.')[0] in ['model', 'seed', 'snapshot', 'test', 'unit_test'] %}
        {% if id not in built %}
            {% set node = graph.nodes.get(id) or graph.unit_tests.get(id) %}
            {{ return(
                "only a part of the project was built (" ~ node.name ~ " was not); "
                ~ "`make build` builds and tests the rest, and publishes"
            ) }}
        {% endif %}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}


{# Whether the operations schema has a table. Arguments: table_name. #}
{% macro operations_has(table_name) %}
    {% set found = query_now("
        select count(*) from information_schema.tables
        where table_schema = 'operations' and table_name = '" ~ table_name ~ "'
    ") %}
    {{ return(found.columns[0].values()[0] > 0) }}
{% endmacro %}
