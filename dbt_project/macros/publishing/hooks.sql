{# Runs before every build: refuses to build over nothing, and takes back the mark of the last whole,
   tested build, because from here on the marts are being changed. #}
{% macro begin_build() %}
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
        {% do query_now("
            create table if not exists operations.audited_builds (
                invocation_id varchar,
                receipts_hash varchar
            )
        ") %}
        {% do query_now("delete from operations.audited_builds") %}
    {% endif %}
{% endmacro %}


{# Runs after every `dbt build`: keeps the results of the tests of a whole build, publishes it if it
   passed every test, and says why not otherwise. The results are kept first, so that what is
   published tells of its own tests.
   Arguments: results, what became of each node. #}
{% macro end_build(results) %}
    {% if execute and is_warehouse() and flags.WHICH == 'build' %}
        {% if not what_was_left_out() %}
            {% do record_test_results(results) %}
        {% endif %}
        {% set objection = objection_to_publishing(results) %}
        {% if objection %}
            {% do print("Not published: " ~ objection ~ ".") %}
        {% else %}
            {% do query_now("
                insert into operations.audited_builds
                select '" ~ invocation_id ~ "', content_hash
                from content_hash('operations.load_receipts')
            ") %}
            {% do publish_marts() %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Publish the marts as they stand in the warehouse, if they come from a whole build that passed every
   test and from the files that are loaded now. Called by `dbt run-operation publish`. #}
{% macro publish() %}
    {% if execute %}
        {% set audited %}
            select audited_builds.receipts_hash = receipts.content_hash as is_current
            from operations.audited_builds
            cross join content_hash('operations.load_receipts') as receipts
        {% endset %}
        {% set verdicts = [] %}
        {% if operations_has('audited_builds') %}
            {% set verdicts = query_now(audited).columns[0].values() %}
        {% endif %}
        {% if not verdicts %}
            {{ exceptions.raise_compiler_error(
                "The last build was not of the whole project or failed a test: run `make build`."
            ) }}
        {% elif not verdicts[0] %}
            {{ exceptions.raise_compiler_error(
                "Files were loaded since the last whole build: run `make build`."
            ) }}
        {% endif %}
        {% do publish_marts() %}
    {% endif %}
{% endmacro %}


{# Whether the target is a warehouse in a file, and not the empty one in memory for linting. #}
{% macro is_warehouse() %}
    {{ return(target.type == 'duckdb' and target.path != ':memory:') }}
{% endmacro %}


{# Why a build must not be published, in words, or nothing if it may.
   Arguments: results, what became of each node. #}
{% macro objection_to_publishing(results) %}
    {% set failed = [] %}
    {% for result in results if result.status not in ['success', 'pass', 'warn', 'no-op', 'reused'] %}
        {% do failed.append(result.node.name ~ " (" ~ result.status ~ ")") %}
    {% endfor %}
    {% if failed %}
        {{ return(failed | length ~ " of " ~ results | length ~ " nodes failed, the first is " ~ failed[0]) }}
    {% endif %}
    {{ return(what_was_left_out()) }}
{% endmacro %}


{# What a build left out, in words, so that it says nothing of the whole project; nothing if it left
   nothing out. #}
{% macro what_was_left_out() %}
    {% if flags.EMPTY %}
        {{ return("the models were built empty") }}
    {% endif %}
    {% if invocation_args_dict.get('resource_types') or invocation_args_dict.get('exclude_resource_types') %}
        {{ return("only some types of nodes were built") }}
    {% endif %}
    {% set selected = selected_resources %}
    {% for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot', 'test'] %}
        {% if node.unique_id not in selected %}
            {{ return("only a part of the project was built (" ~ node.name ~ " was not)") }}
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
