{# The column that names the part of a table that a row belongs to, or nothing if the table is built and
   tested as a whole: the month of a monthly table; the month of a view that reads the monthly table that
   its `meta.parts_of` names, which is therefore written before the view is tested, in a column of the
   same name or in the one that its `meta.part_column` names; the source partition of a staging view, or
   of a view that reads nothing but the partitions of those that its `meta.partitions_of` names.
   Arguments: table, a node of the dbt graph. #}
{% macro part_column(table) %}
    {% if table.config.materialized == 'monthly' %}
        {{ return(table.config.get('month_column', 'flight_month')) }}
    {% elif table.config.meta.get('parts_of') %}
        {{ return(
            table.config.meta.get('part_column') or part_column(graph.nodes[model_id(table.config.meta.parts_of)])
        ) }}
    {% elif table.config.meta.get('partitions_of') %}
        {{ return(table.config.meta.part_column) }}
    {% elif '_source_partition' in table.columns and table.fqn[1] == 'staging' %}
        {{ return('_source_partition') }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# The query for the parts of a table that changed since a build passed all its tests, or that were
   tested by other code than now. Arguments: table, a node with a `part_column`. #}
{% macro untested_parts(table) %}
    {% set query %}
        select part_name
        from ({{ parts_of_tables([table]) }}) as parts
        where not exists (
            select 1
            from operations.tested_parts as tested
            where
                tested.table_name = parts.table_name
                and tested.part_name = parts.part_name
                and tested.part_version = parts.part_version
        )
        order by part_name
    {% endset %}
    {{ return(query) }}
{% endmacro %}


{# The query for the parts of tables, with a version that changes whenever a part is written.
   Arguments: tables, nodes with a `part_column`. #}
{% macro parts_of_tables(tables) %}
    {% set queries = [] %}
    {% for table in tables %}
        {% set monthly = graph.nodes[model_id(table.config.meta.parts_of)]
            if table.config.meta.get('parts_of') else table %}
        {% if monthly.config.materialized == 'monthly' %}
            {% do queries.append(
                "select " ~ sql_text(table.alias) ~ " as table_name, cast(built_month as string) as part_name, "
                ~ "concat_ws(' ', month_version, invocation_id) as part_version "
                ~ "from operations.built_months where model_name = " ~ sql_text(monthly.alias)
            ) %}
        {% elif table.config.meta.get('partitions_of') %}
            {% do queries.append(parts_of_partitions(table)) %}
        {% else %}
            {% set raw = graph.sources[table.depends_on.nodes | first] %}
            {% do queries.append(
                "select " ~ sql_text(table.alias)
                ~ " as table_name, partition_name as part_name, load_id as part_version "
                ~ "from operations.loaded_partitions where source_name = " ~ sql_text(raw.source_name)
                ~ " and table_name = " ~ sql_text(raw.name)
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(queries | join(" union all ")) }}
{% endmacro %}


{# The query for the parts of a view over the partitions of several raw tables. A row can depend on every
   partition that holds rows of its month: that of the month, and one of its whole year.
   Arguments: table, a node with `meta.partitions_of`. #}
{% macro parts_of_partitions(table) %}
    {% set raws = [] %}
    {% for name in table.config.meta.partitions_of %}
        {% set raw = graph.sources[graph.nodes[model_id(name)].depends_on.nodes | first] %}
        {% do raws.append("(" ~ sql_text(raw.source_name) ~ ", " ~ sql_text(raw.name) ~ ")") %}
    {% endfor %}
    {% set query %}
        (
            with loaded as (
                select partition_name, load_id from operations.loaded_partitions
                where (source_name, table_name) in ({{ raws | join(", ") }})
            )
            select
                {{ sql_text(table.alias) }} as table_name,
                own.partition_name as part_name,
                string_agg(near.load_id, ' ' order by near.load_id) as part_version
            from loaded as own
            inner join loaded as near
                on
                    starts_with(own.partition_name, near.partition_name)
                    or starts_with(near.partition_name, own.partition_name)
            group by own.partition_name
        )
    {% endset %}
    {{ return(query) }}
{% endmacro %}


{# Forget what other tests, other code or other variables have passed. Called before every build. #}
{% macro begin_testing() %}
    {% do query_now("
        create table if not exists operations.tested_parts (
            table_name varchar,
            part_name varchar,
            part_version varchar,
            tested_by varchar
        )
    ") %}
    {% set identity = identity_of_the_tests() %}
    {% do query_now("delete from operations.tested_parts where tested_by <> " ~ identity) %}
    {% do query_now("
        create table if not exists operations.counted_parts (
            test_id varchar,
            part_name varchar,
            part_version varchar,
            failures bigint
        );
        create table if not exists operations.counted_by as select '' as tested_by;
        delete from operations.counted_parts
        where (select tested_by from operations.counted_by) <> " ~ identity ~ ";
        update operations.counted_by set tested_by = " ~ identity
    ) %}
{% endmacro %}


{# Record that every part there is has passed every test. #}
{% macro record_tested_parts() %}
    {% set tables = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'model' and part_column(node) %}
        {% do tables.append(node) %}
    {% endfor %}
    {% do query_now(
        "create or replace table operations.tested_parts as select *, " ~ identity_of_the_tests()
        ~ " as tested_by from (" ~ parts_of_tables(tables) ~ ")"
    ) %}
{% endmacro %}


{# What the outcome of a test depends on apart from the rows, as a SQL literal: the identity of the
   build without its source files. It is asked for once, because a query would ask for each row. #}
{% macro identity_of_the_tests() %}
    {% set query = "select ontime_identity_without_data(" ~ identity_of_this_build() ~ ")" %}
    {{ return(sql_text(query_now(query).columns[0].values()[0])) }}
{% endmacro %}


{# Whether this build leaves out the unit tests because a whole build in this warehouse has passed
   them with the code as it is: they say nothing about data. `make build` asks dbt for such a build. #}
{% macro unit_tests_were_spared() %}
    {% if invocation_args_dict.get('resource_types')
        or invocation_args_dict.get('exclude_resource_types') | list != ['unit_test'] %}
        {{ return(false) }}
    {% endif %}
    {% set passed = query_now(
        "select count(*) from operations.tested_parts where tested_by = " ~ identity_of_the_tests()
    ) %}
    {{ return(passed.columns[0].values()[0] > 0) }}
{% endmacro %}
