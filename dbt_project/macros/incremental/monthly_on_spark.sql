{# The materializations of large tables and of views on Spark, for plain Parquet: a table of files in a
   folder for each month, where months are replaced and dropped without reading the others. #}


{# A large table: the months whose version has changed are written again, the months that are gone are
   dropped, and no other file is touched. A table without a month that is still valid is built whole
   in one statement; so is one whose month is an expression and no column, when a month has changed.
   `monthly.sql` says what can be configured. #}
{% materialization monthly, adapter='spark' %}
    {% set existing = load_cached_relation(this) %}
    {% set table = this.incorporate(type='table') %}
    {% set month = config.get('month_column', 'flight_month') %}
    {{ run_hooks(pre_hooks) }}

    {# another session of dbt may have written to it #}
    {% do run_query("refresh table operations.built_months") %}
    {% set versions = month_versions() %}
    {% set is_kept = existing is not none and not should_full_refresh() and has_columns_of_contract(existing) %}
    {% set has_months = is_kept
        and 'Partition Columns: [' ~ month in (existing.information or '') | replace('`', '') %}
    {% set valid = valid_months(table, month, versions) if has_months else [] %}
    {% set is_unchanged = is_kept and '(' in month and built_months() == versions_by_month(versions) %}

    {% if is_unchanged %}
        {% call noop_statement('main', 'no month has changed', 'OK', 0) %}{{ sql }}{% endcall %}
    {% elif valid %}
        {% set valid_names = valid | map(attribute='month') | list %}
        {% set missing = versions | rejectattr('month', 'in', valid_names) | list %}
        {% set stale = stored_months(table) | reject('in', valid_names) | list %}
        {% if missing or stale %}
            {# a build that is stopped from here on does the rest the next time #}
            {% do record_built_months(valid) %}
        {% endif %}
        {% if stale %}
            {% call statement('drop') %}
                alter table {{ table }} drop if exists
                {% for each in stale %}partition ({{ month }} = date '{{ each }}'){{ ", " if not loop.last }}{% endfor %}
            {% endcall %}
        {% endif %}
        {% for batch in month_batches(missing) %}
            {% call statement('main') %}
                insert overwrite table {{ table }} by name
                {{ rows_of_months(narrowed_to_months(sql, batch[0].month, batch[-1].month), month) }}
            {% endcall %}
        {% endfor %}
        {% if missing %}
            {% do record_built_months(valid + marked_as_stored(missing, stored_months(table))) %}
        {% else %}
            {% call noop_statement('main', 'no month has changed', 'OK', 0) %}{{ sql }}{% endcall %}
        {% endif %}
    {% else %}
        {# the engine plans the whole query for this, so not where the same text has been built before #}
        {% if config.get('contract').enforced %}{% do get_assert_columns_equivalent(sql) %}{% endif %}
        {% do record_built_months([]) %}
        {% if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif %}
        {% call statement('main') %}
            create table {{ table }} using parquet {% if '(' not in month %}partitioned by ({{ month }}){% endif %} as
            {{ rows_of_months(
                narrowed_to_months(sql, versions[0].month, versions[-1].month)
                if versions and config.get('latest_months') else sql, month
            ) }}
        {% endcall %}
        {# what is built empty on purpose is out of date at once #}
        {% if not flags.EMPTY %}
            {% do record_built_months(
                versions if '(' in month else marked_as_stored(versions, stored_months(table))
            ) %}
        {% endif %}
    {% endif %}

    {% do persist_docs(table, model) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}


{# A view that is stored as a table, at each build. The table carries the hash of its text, which takes
   part in the versions of the months that are built from it. #}
{% materialization stored_view, adapter='spark' %}
    {% set existing = load_cached_relation(this) %}
    {% set table = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks) }}
    {% if config.get('contract').enforced %}{% do get_assert_columns_equivalent(sql) %}{% endif %}
    {% if existing is not none %}{% do adapter.drop_relation(existing) %}{% endif %}
    {% call statement('main') %}
        create table {{ table }} using parquet tblproperties ('made_from' = '{{ local_md5(sql) }}') as
        {{ sql }}
    {% endcall %}
    {% do persist_docs(table, model) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}


{# Whether a table has the columns of the model's contract, if it has one, with their types.
   Arguments: table. #}
{% macro has_columns_of_contract(table) %}
    {% if not config.get('contract').enforced %}{{ return(true) }}{% endif %}
    {% set names_of_types = {'varchar': 'string', 'integer': 'int'} %}
    {% set held, wanted = {}, {} %}
    {% for column in adapter.get_columns_in_relation(table) %}
        {% do held.update({column.name: column.dtype}) %}
    {% endfor %}
    {% for column in model.columns.values() %}
        {% set type = column.data_type | lower %}
        {% do wanted.update({column.name: names_of_types.get(type, type)}) %}
    {% endfor %}
    {{ return(held == wanted) }}
{% endmacro %}


{# The query of a monthly table with the rows of a month together, so that they are written to few files.
   Arguments: sql; month, the column. #}
{% macro rows_of_months(sql, month) %}
    {% set columns = model.columns.values() | map(attribute='name') | join(', ')
        if config.get('contract').enforced else '*' %}
    {% set hint = "" if '(' in month else "/*+ rebalance(" ~ month ~ ") */ " %}
    {{ return("select " ~ hint ~ columns ~ " from (" ~ sql ~ ") as built") }}
{% endmacro %}


{# The months of a monthly table that need not be built, as they are recorded: their files, or that they
   have none, are those that were built from what there is now, and hold the present values of the
   columns of `columns_by_month`.
   Arguments: table; month, the column; versions, of `month_versions`. #}
{% macro valid_months(table, month, versions) %}
    {% set built = built_months() %}
    {% set stored = stored_months(table) if built else [] %}
    {% set differing = [] %}
    {% for column, name in config.get('columns_by_month', {}).items() if stored %}
        {% do differing.extend(run_query(
            "select distinct cast(held." ~ month ~ " as string) from " ~ table ~ " as held inner join " ~ ref(name)
            ~ " as of_month on held." ~ month ~ " = of_month." ~ month ~ " where held." ~ column
            ~ " is distinct from of_month." ~ column
        ).columns[0].values()) %}
    {% endfor %}
    {% set valid = [] %}
    {% for each in marked_as_stored(versions, stored)
        if built.get(each.month) == each.version and each.month not in differing %}
        {% do valid.append(each) %}
    {% endfor %}
    {{ return(valid) }}
{% endmacro %}


{# Months of `month_versions` as they are recorded: the version of a month without rows, for which there
   are no files, says so, so that such a month is not built again as one whose files are lost.
   Arguments: versions; stored, of `stored_months`. #}
{% macro marked_as_stored(versions, stored) %}
    {% set marked = [] %}
    {% for each in versions %}
        {% set version = each.version ~ ('' if each.month in stored else ' without rows') %}
        {% do marked.append({'month': each.month, 'version': version, 'row_count': each.row_count}) %}
    {% endfor %}
    {{ return(marked) }}
{% endmacro %}


{# The months that a monthly table has files for, as text. Arguments: table. #}
{% macro stored_months(table) %}
    {% set months = [] %}
    {% for row in run_query("show partitions " ~ table).rows %}
        {% do months.append(row[0].split('=')[1]) %}
    {% endfor %}
    {{ return(months) }}
{% endmacro %}


{# Record the months that a monthly table holds, in place of those that were recorded before.
   Arguments: months, of `month_versions`. #}
{% macro record_built_months(months) %}
    {% if months %}
        {% set rows = [] %}
        {% for each in months %}
            {% do rows.append(
                "(" ~ ["date '" ~ each.month ~ "'", sql_text(each.version), each.row_count] | join(", ") ~ ")"
            ) %}
        {% endfor %}
        {% call statement('record') %}
            insert overwrite table operations.built_months by name
            select
                built.built_month,
                built.month_version,
                cast(built.row_count as bigint) as row_count,
                {{ sql_text(this.name) }} as model_name
            from (values {{ rows | join(", ") }}) as built (built_month, month_version, row_count)
        {% endcall %}
    {% else %}
        {% call statement('record') %}
            alter table operations.built_months drop if exists partition (model_name = {{ sql_text(this.name) }})
        {% endcall %}
    {% endif %}
{% endmacro %}


{# Runs before every build on Spark: looks at the server's settings, and makes the table in which the
   months of the monthly tables are recorded. #}
{% macro begin_build_on_spark() %}
    {% do refuse_other_settings() %}
    {% do run_query("create schema if not exists operations") %}
    {% do run_query(
        "create table if not exists operations.built_months (built_month date, month_version string, "
        ~ "row_count bigint, model_name string) using parquet partitioned by (model_name)"
    ) %}
{% endmacro %}
