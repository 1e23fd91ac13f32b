{# The materialization of the large tables: it builds the months whose version has changed, in
   batches of limited size, and commits each batch. A build that was stopped goes on where it was,
   and a full refresh needs the memory of one batch. The model says `months_built(...)` where it
   reads its inputs.
   Configuration of a model:
     month_column: the column with the month of a row; `flight_month` by default.
     versions_from: the model that has the version of each month. By default, months and versions
       are those of the monthly tables that the model reads.
     days_read: for each monthly table that is read beyond the month, the days before and after it.
     content_read: small tables with a month, of which a month reads its own rows alone: a month is built
       again if these rows have changed, whatever else has in the table, or what they were built from.
     months_written: `year` for a table that is built by year, whose `month_column` is the first month of
       the year of a row; `neighbours` if flights of a month make rows of those around it as well.
     latest_months: how many months are kept, the last ones; 0, or nothing, for all.
     columns_by_month: for each column that is the same for a whole month, the table with a row per
       month that has it. It is no part of the version: the column alone is written again.
     tracked_elsewhere: tables whose content is already part of the version of another input. #}
{% materialization monthly, adapter='duckdb' %}
    {% set existing = load_cached_relation(this) %}
    {% set table = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}

    {% set columns = column_names_of_query(sql) %}
    {# a table without a recorded month was made in another way #}
    {% if existing is not none
        and (should_full_refresh() or not built_months() or not has_columns(existing, sql)) %}
        {% do adapter.drop_relation(existing) %}
        {% set existing = none %}
    {% endif %}
    {% if existing is none %}
        {% do in_one_transaction([
            months_table_ddl(table, sql),
            "delete from operations.built_months where model_name = " ~ sql_text(this.name),
        ]) %}
    {% endif %}

    {% set versions = month_versions() %}
    {% do delete_stale_months(table, versions) %}
    {% set batches = month_batches(missing_months(versions)) %}
    {% for batch in batches %}
        {# a project that did not record its months may have written rows of this one #}
        {% call statement('clear') %}
            delete from {{ table }} where
            {{ config.get('month_column', 'flight_month') }}
            between date '{{ batch[0].month }}' and date '{{ batch[-1].month }}'
        {% endcall %}
        {% call statement('main') %}
            insert into {{ table }} ({{ columns | join(', ') }})
            select {{ columns | join(', ') }} from (
                {{ narrowed_to_months(sql, batch[0].month, batch[-1].month) }}
            )
        {% endcall %}
        {# what is built empty on purpose is out of date at once #}
        {% if not flags.EMPTY %}
            {% call statement('record') %}{{ record_of_months(batch) }}{% endcall %}
        {% endif %}
        {% do adapter.commit() %}
    {% endfor %}
    {% do write_columns_of_months(table) %}
    {% if not batches %}
        {% call noop_statement('main', 'no month has changed', 'OK', 0) %}{{ sql }}{% endcall %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}


{# Run statements in one transaction. Arguments: statements. #}
{% macro in_one_transaction(statements) %}
    {% for sql in statements %}
        {% call statement('step') %}{{ sql }}{% endcall %}
    {% endfor %}
    {% do adapter.commit() %}
{% endmacro %}


{# The columns of a monthly table, in order: those of the contract, otherwise those of the query. #}
{% macro column_names_of_query(sql) %}
    {% if config.get('contract').enforced %}
        {% do get_assert_columns_equivalent(sql) %}
        {{ return(model.columns.values() | map(attribute='name') | list) }}
    {% endif %}
    {{ return(get_column_schema_from_query(sql) | map(attribute='name') | list) }}
{% endmacro %}


{# Whether a relation is the table that a full refresh would create: the same columns in the same order,
   with their types, the same that must not be null, and no keys. Arguments: relation, sql. #}
{% macro has_columns(relation, sql) %}
    {% if relation.type != 'table' %}{{ return(false) }}{% endif %}
    {% set query = "select column_name, lower(column_type), \"null\" = 'YES', \"key\" from (describe {})" %}
    {% set found = run_query(query.format(relation)) %}
    {% set wanted = [] %}
    {% if config.get('contract').enforced %}
        {% set key_columns = primary_key(model) %}
        {% for column in model.columns.values() %}
            {% do wanted.append([column.name, column.data_type | lower, not is_required(column, key_columns), none]) %}
        {% endfor %}
    {% else %}
        {% for row in run_query(query.format("select * from (" ~ sql ~ ")")).rows %}
            {% do wanted.append([row[0], row[1], true, none]) %}
        {% endfor %}
    {% endif %}
    {{ return(found.rows | map('list') | list == wanted) }}
{% endmacro %}


{# The statement that creates a monthly table without rows. Arguments: table, sql. #}
{% macro months_table_ddl(table, sql) %}
    {% if config.get('contract').enforced %}
        {{ return("create table " ~ table ~ " " ~ columns_without_keys()) }}
    {% endif %}
    {{ return("create table " ~ table ~ " as select * from (" ~ sql ~ ") where false") }}
{% endmacro %}
