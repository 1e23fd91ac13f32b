{# Write the marts and their catalogue to a new version, then put it in place in one step. Until then
   readers do not see it; if anything fails, the previous version stays in place. The macros make the
   statements; ontime/publishing runs those that are needed in a hidden folder, because what has not
   changed is taken from the previous version. #}
{% macro publish_marts() %}
    {% set name = run_started_at.strftime('%Y%m%dT%H%M%SZ') ~ '-' ~ invocation_id[:8] %}
    {% set marts = published_marts() %}
    {# also without a build: `make publish` is a run of its own #}
    {% do record_model_builds([]) %}
    {% do query_now("select ontime_note_build('{}')") %}
    {% set tables = [] %}
    {% for mart in marts %}
        {% do tables.append(writing_of(mart)) %}
    {% endfor %}
    {% set answer = fromjson(query_now("select ontime_publish(" ~ [
        sql_text(name),
        sql_text(tojson({
            'storage_version': var('published_storage_version'),
            'tables': tables,
            'catalogue': catalogue_statements(name, marts),
        })),
    ] | join(", ") ~ ")").columns[0].values()[0]) %}
    {% if answer.problem %}
        {{ exceptions.raise_compiler_error(answer.problem) }}
    {% endif %}
    {% do print(answer.outcome) %}
{% endmacro %}


{# What is published: one mapping per mart with its node, its columns (without lineage), its primary
   key and its foreign keys, ordered so that each mart comes after those that it refers to. The
   keys are those that the tests have just proven. A mart has `enforces_keys` if the file enforces
   them too, and a foreign key `is_enforced` if both of its tables do. It `has_months` if it is built
   by month, `month` is then the expression for the month of a row (the first of its year, if it is
   built by year), and `lies_in_parquet` if it is published beside the file, as Parquet by month. #}
{% macro published_marts() %}
    {# dbt creates each node of the graph anew on every access, so access it only once #}
    {% set nodes = graph.nodes.values() | list %}
    {% set aliases = {} %}
    {% set relationships = [] %}
    {% for node in nodes %}
        {% do aliases.update({node.unique_id: node.alias}) %}
        {% if node.test_metadata and node.test_metadata.name == 'relationships' %}
            {% do relationships.append(node) %}
        {% endif %}
    {% endfor %}
    {% set waiting = [] %}
    {% set enforcing = [] %}
    {% for node in nodes if node.resource_type == 'model' and node.schema == 'marts' %}
        {% set enforces_keys = node.config.meta.get('enforces_keys', true) %}
        {% set has_months = node.config.materialized == 'monthly' %}
        {% set lies_in_parquet = node.config.meta.get('published_as') == 'parquet' %}
        {% if lies_in_parquet and not has_months %}
            {{ exceptions.raise_compiler_error(
                node.name ~ " is published as Parquet by month, and so it has to be monthly."
            ) }}
        {% endif %}
        {% do waiting.append({
            'node': node,
            'name': node.alias,
            'columns': published_columns(node),
            'primary_key': primary_key(node),
            'foreign_keys': foreign_keys(node, relationships, aliases),
            'enforces_keys': enforces_keys,
            'has_months': has_months,
            'month': node.config.get('month_column', 'flight_month'),
            'lies_in_parquet': lies_in_parquet,
        }) %}
        {% if enforces_keys %}
            {% do enforcing.append(node.alias) %}
        {% endif %}
    {% endfor %}
    {% for mart in waiting %}
        {% for key in mart.foreign_keys %}
            {# DuckDB can only refer to a table whose primary key is enforced #}
            {% do key.update({'is_enforced': mart.enforces_keys and key.parent in enforcing}) %}
        {% endfor %}
    {% endfor %}
    {% set ordered = [] %}
    {% set placed = [] %}
    {% for _ in waiting %}
        {% for mart in waiting | sort(attribute='name') if mart.name not in placed %}
            {% set missing = [] %}
            {% for key in mart.foreign_keys if key.parent not in placed %}
                {% do missing.append(key.parent) %}
            {% endfor %}
            {% if not missing %}
                {% do ordered.append(mart) %}
                {% do placed.append(mart.name) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(ordered) }}
{% endmacro %}


{# The columns of a mart that readers see, in order: name, type, description, unit, when it is known (of
   features), may it be null.
   Arguments: node. #}
{% macro published_columns(node) %}
    {% set existing = query_now("
        select column_name, lower(data_type) as data_type
        from information_schema.columns
        where
            table_catalog = current_database()
            and table_schema = '" ~ node.schema ~ "'
            and table_name = '" ~ node.alias ~ "'
            and not starts_with(column_name, '_')
        order by ordinal_position
    ") %}
    {% set columns = [] %}
    {% for row in existing.rows %}
        {% set name = row['column_name'] %}
        {% set declared = node.columns[name] %}
        {% set constraint_types = declared.constraints | map(attribute='type') | map('string') | list %}
        {% do columns.append({
            'name': name,
            'data_type': row['data_type'],
            'description': declared.description | trim,
            'unit': column_unit(name),
            'known_at': declared.config.meta.get('known_at'),
            'is_nullable': 'not_null' not in constraint_types
                and 'primary_key' not in constraint_types
                and name not in primary_key(node),
        }) %}
    {% endfor %}
    {{ return(columns) }}
{% endmacro %}


{# The names of the columns of a mart's primary key, from its contract. Arguments: node. #}
{% macro primary_key(node) %}
    {% for constraint in node.constraints if constraint.type | string == 'primary_key' %}
        {{ return(constraint.columns) }}
    {% endfor %}
    {% for column in node.columns.values() %}
        {% for constraint in column.constraints if constraint.type | string == 'primary_key' %}
            {{ return([column.name]) }}
        {% endfor %}
    {% endfor %}
    {{ return([]) }}
{% endmacro %}


{# The foreign keys of a mart, from the relationships tests on its columns.
   Arguments: node; relationships, all such tests; aliases, the name of the table of each node. #}
{% macro foreign_keys(node, relationships, aliases) %}
    {% set keys = [] %}
    {% for test in relationships if test.attached_node == node.unique_id %}
        {% for parent in test.depends_on.nodes if parent != node.unique_id %}
            {% do keys.append({
                'column': test.column_name,
                'parent': aliases[parent],
                'parent_column': test.test_metadata.kwargs.field,
            }) %}
        {% endfor %}
    {% endfor %}
    {{ return(keys | sort(attribute='column')) }}
{% endmacro %}


{# How one table of the publication is written: the statements that create it, with its comments and,
   if it is small, its keys as constraints; the query for its rows; their order; and a hash of all of
   these. Arguments: mart, one of `published_marts`. #}
{% macro writing_of(mart) %}
    {% set target_table = 'publication.marts.' ~ mart.name %}
    {% set names = mart.columns | map(attribute='name') | join(', ') %}
    {% set parts = [] %}
    {% for column in mart.columns %}
        {% do parts.append(column.name ~ " " ~ column.data_type ~ ("" if column.is_nullable else " not null")) %}
    {% endfor %}
    {% if mart.enforces_keys and mart.primary_key %}
        {% do parts.append("primary key (" ~ mart.primary_key | join(', ') ~ ")") %}
    {% endif %}
    {% for key in mart.foreign_keys if key.is_enforced %}
        {% do parts.append(
            "foreign key (" ~ key.column ~ ") references marts." ~ key.parent ~ " (" ~ key.parent_column ~ ")"
        ) %}
    {% endfor %}
    {% set comments = ["comment on table " ~ target_table ~ " is " ~ sql_text(mart.node.description | trim)] %}
    {% for column in mart.columns %}
        {% do comments.append(
            "comment on column " ~ target_table ~ "." ~ column.name ~ " is " ~ sql_text(column.description)
        ) %}
    {% endfor %}
    {# neighbours that resemble each other take less space; the primary key makes the order total #}
    {% set order = mart.node.config.meta.get('published_order', []) + mart.primary_key %}
    {# a foreign key names its parent without the file, so the file has to be the current one; the
       comments go in one transaction, for each of hundreds would be written to the disk by itself #}
    {% set writing = {
        'name': mart.name,
        'definition': [
            "use publication",
            "create table " ~ target_table ~ " (" ~ parts | join(', ') ~ ")",
            "use " ~ adapter.quote(mart.node.database),
            "begin; " ~ comments | join("; ") ~ "; commit",
        ],
        'query': "select " ~ names ~ " from marts." ~ mart.name,
        'order_by': (order or ['all']) | join(', '),
        'is_written_by_month': mart.has_months and not mart.enforces_keys,
        'lies_in_parquet': mart.lies_in_parquet,
        'month': mart.month,
    } %}
    {% do writing.update({'definition_hash': local_md5(tojson(writing))}) %}
    {{ return(writing) }}
{% endmacro %}


{# A text as a SQL literal. Arguments: text, or none for null. #}
{% macro sql_text(text) %}
    {{ return("null" if text is none else "'" ~ text | replace("'", "''") ~ "'") }}
{% endmacro %}
