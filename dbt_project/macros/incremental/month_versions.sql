{# The months of the model that is being built, as a list of mappings in the order of time: month,
   version and row_count, an estimate. A version changes when the model's own text, a view or table
   that it reads, or the version of a month that it reads from a monthly table changes. #}
{% macro month_versions() %}
    {% set from_model = config.get('versions_from') %}
    {# another engine may compute another value #}
    {% set logic = ["'" ~ local_md5(sql) ~ "'", "version()"] %}
    {% do refuse_older_partitions() %}
    {% if from_model %}
        {% do add_content_labels(logic) %}
        {% set months %}
            select
                {{ config.get('month_column', 'flight_month') }} as month,
                partition_version as inputs,
                row_count
            from {{ ref(from_model) }}
        {% endset %}
    {% else %}
        {% set months = months_of_inputs(logic) %}
    {% endif %}
    {% set query %}
        select
            cast(months.month as string) as month,
            md5(concat_ws('|', {{ logic | join(', ') }}, months.inputs)) as version,
            months.row_count
        from ({{ months }}) as months
        order by 1
    {% endset %}
    {% set found = [] %}
    {% for row in run_query(query).rows %}
        {% do found.append({'month': row[0], 'version': row[1], 'row_count': row[2] | int}) %}
    {% endfor %}
    {# the last ones, if the model has no others #}
    {{ return(found[-config.get('latest_months', 0):]) }}
{% endmacro %}


{# The query for the months of the monthly tables that the model reads, each with the versions of all
   months that are read for it.
   Arguments: logic, a list to which the expressions for views and other tables are added. #}
{% macro months_of_inputs(logic) %}
    {% set days_read = config.get('days_read', {}) %}
    {% set conditions = [] %}
    {% for node in ancestors(graph.nodes[model.unique_id].depends_on.nodes) %}
        {% if is_read_by_version(node) %}
            {% set before, after = days_read.get(node.name, [0, 0]) %}
            {% do conditions.append(
                "(near.model_name = " ~ sql_text(node.alias) ~ " and near.built_month between "
                ~ months_around("own.built_month", "own.built_month", before, after) ~ ")"
            ) %}
        {% endif %}
    {% endfor %}
    {% do add_content_labels(logic) %}
    {% if not conditions %}
        {{ exceptions.raise_compiler_error(
            model.name ~ " is monthly and reads no monthly table: it has to name `versions_from`."
        ) }}
    {% endif %}
    {% set query %}
        select
            own.built_month as month,
            concat_ws('|'
                , {{ joined_text(
                    "concat_ws(' ', near.model_name, near.built_month, near.month_version)", ',',
                    'near.model_name, near.built_month'
                ) }}
                {% for name in config.get('content_read', []) -%}
                , max({{ name }}.content_label)
                {% endfor %}
            ) as inputs,
            coalesce(max(near.row_count) filter (where near.built_month = own.built_month), 0)
                as row_count
        from (
            {% for month in months_written_for('built_month') -%}
            select {{ month }} as built_month from operations.built_months
            where model_name in ({{ names_of_monthly_inputs() }})
            {{ "union" if not loop.last }}
            {% endfor %}
        ) as own
        inner join operations.built_months as near on {{ conditions | join(" or ") }}
        {% for name in config.get('content_read', []) -%}
        left join ({{ labels_of_months(graph.nodes[model_id(name)]) }}) as {{ name }}
            on own.built_month = {{ name }}.built_month
        {% endfor %}
        group by own.built_month
    {% endset %}
    {{ return(query) }}
{% endmacro %}


{# Whether a node is a monthly table of whose months the version matters to the model being built.
   Arguments: node. #}
{% macro is_read_by_version(node) %}
    {{ return(
        node.config.materialized == 'monthly'
        and node.name not in config.get('tracked_elsewhere', []) + config.get('content_read', [])
    ) }}
{% endmacro %}


{# The query for a label of each month of a table that changes with the rows of the month and with
   nothing else. Arguments: node, of a table with a month. #}
{% macro labels_of_months(node) %}
    {% set month = node.config.get('month_column', 'flight_month') %}
    {{ return(
        "select " ~ month ~ " as built_month, " ~ rows_fingerprint('content') ~ " as content_label from "
        ~ node.schema ~ "." ~ node.alias ~ " as content group by " ~ month
    ) }}
{% endmacro %}


{# The months in which the flights of a month make rows, as a list of SQL expressions: the month itself,
   the first of its year, or the months around it as well. Arguments: month, SQL. #}
{% macro months_written_for(month) %}
    {% set kind = config.get('months_written', 'own') %}
    {% if kind == 'year' %}
        {{ return(["cast(date_trunc('year', " ~ month ~ ") as date)"]) }}
    {% elif kind == 'neighbours' %}
        {{ return([
            month,
            "cast(date_trunc('month', " ~ month ~ " - interval 1 day) as date)",
            "cast(" ~ month ~ " + interval 1 month as date)",
        ]) }}
    {% endif %}
    {{ return([month]) }}
{% endmacro %}


{# Add to a list the expressions for the views and tables that the model reads, as they are now; not
   for those that are tracked by month. Arguments: logic. #}
{% macro add_content_labels(logic) %}
    {% set tracked = config.get('tracked_elsewhere', []) + config.get('content_read', [])
        + config.get('columns_by_month', {}).values() | list + [config.get('versions_from')] %}
    {% set nodes = [] %}
    {% for node in ancestors(graph.nodes[model.unique_id].depends_on.nodes)
        if node.config.materialized != 'monthly' and node.name not in tracked %}
        {% do nodes.append(node) %}
    {% endfor %}
    {% do logic.extend(content_labels(nodes)) %}
{% endmacro %}


{# Refuse to build from versions that were computed from other weather, aircraft or fleets than there
   are now: what is built from them would count as up to date. #}
{% macro refuse_older_partitions() %}
    {% if config.get('tracked_elsewhere') %}
        {# by its name: what is built does not read it, so a ref() would be an edge too many #}
        {% set partitions = graph.nodes[model_id('int_flight_partitions')] %}
        {% set older = run_query(
            "select count(*) from " ~ partitions.schema ~ "." ~ partitions.alias ~ " where tracked_version <> "
            ~ tracked_version()
        ).columns[0].values()[0] %}
        {% if older %}
            {{ exceptions.raise_compiler_error(
                "The weather, aircraft or fleets have changed since int_flight_partitions was built: "
                ~ "build it and fct_flights as well, or everything with `make build`."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}


{# A SQL expression of one text that changes with the tables that int_flight_partitions tracks by month. #}
{% macro tracked_version() %}
    {% set nodes = [] %}
    {% for name in ['int_aircraft', 'int_carrier_fleets', 'int_weather_observations'] if execute %}
        {% do nodes.append(graph.nodes[model_id(name)]) %}
    {% endfor %}
    {{ return("md5(concat_ws('|', " ~ (content_labels(nodes) or ["''"]) | join(", ") ~ "))") }}
{% endmacro %}


{# The names of the monthly tables that the model reads, as SQL texts. #}
{% macro names_of_monthly_inputs() %}
    {% set names = [] %}
    {% for node in ancestors(graph.nodes[model.unique_id].depends_on.nodes) if is_read_by_version(node) %}
        {% do names.append(sql_text(node.alias)) %}
    {% endfor %}
    {{ return(names | join(", ")) }}
{% endmacro %}


{# Delete the months that are gone or were built from something else.
   Arguments: table; versions, of `month_versions`. #}
{% macro delete_stale_months(table, versions) %}
    {% set current = versions_by_month(versions) %}
    {% set stale = [] %}
    {% for month, version in built_months().items() if current.get(month) != version %}
        {% do stale.append("date '" ~ month ~ "'") %}
    {% endfor %}
    {% if stale %}
        {% set months = "(" ~ stale | join(", ") ~ ")" %}
        {% do in_one_transaction([
            "delete from operations.built_months where model_name = " ~ sql_text(this.name)
            ~ " and built_month in " ~ months,
            "delete from " ~ table ~ " where " ~ config.get('month_column', 'flight_month') ~ " in " ~ months,
        ]) %}
    {% endif %}
{% endmacro %}


{# Months with their versions as a mapping. Arguments: versions, of `month_versions`. #}
{% macro versions_by_month(versions) %}
    {% set found = {} %}
    {% for each in versions %}{% do found.update({each.month: each.version}) %}{% endfor %}
    {{ return(found) }}
{% endmacro %}


{# The months of `month_versions` that have to be built. Arguments: versions. #}
{% macro missing_months(versions) %}
    {% set built = built_months() %}
    {% set missing = [] %}
    {% for month in versions if month.month not in built %}{% do missing.append(month) %}{% endfor %}
    {{ return(missing) }}
{% endmacro %}


{# The months that the model being built has, with the version of each, as a mapping. #}
{% macro built_months() %}
    {% set rows = run_query(
        "select cast(built_month as string), month_version from operations.built_months "
        ~ "where model_name = " ~ sql_text(this.name) ~ " order by built_month"
    ).rows %}
    {% set found = {} %}
    {% for row in rows %}{% do found.update({row[0]: row[1]}) %}{% endfor %}
    {{ return(found) }}
{% endmacro %}


{# The statement that records the months of a batch as built. Arguments: batch. #}
{% macro record_of_months(batch) %}
    {% set rows = [] %}
    {% for month in batch %}
        {% do rows.append(
            "(" ~ [
                sql_text(this.name), "date '" ~ month.month ~ "'", sql_text(month.version),
                month.row_count, sql_text(invocation_id),
            ] | join(", ") ~ ")"
        ) %}
    {% endfor %}
    {{ return("insert into operations.built_months values " ~ rows | join(", ")) }}
{% endmacro %}


{# Put months that follow one another into batches of at most `build_batch_flights` rows, and at least
   one month. Arguments: months, of `month_versions`. #}
{% macro month_batches(months) %}
    {% set batches = [] %}
    {% set last = namespace(number=none, rows=0) %}
    {% for month in months %}
        {% set number = month.month[:4] | int * 12 + month.month[5:7] | int %}
        {% if last.number is none or number != last.number + 1
            or last.rows + month.row_count > var('build_batch_flights') %}
            {% do batches.append([]) %}
            {% set last.rows = 0 %}
        {% endif %}
        {% do batches[-1].append(month) %}
        {% set last.number = number %}
        {% set last.rows = last.rows + month.row_count %}
    {% endfor %}
    {{ return(batches) }}
{% endmacro %}


{# Write the columns that a table has for a whole month where only they have changed: such a month is
   not built again, but counts as written by this run. Arguments: table. #}
{% macro write_columns_of_months(table) %}
    {% set month = config.get('month_column', 'flight_month') %}
    {% for column, name in config.get('columns_by_month', {}).items() %}
        {% set differing -%}
            inner join {{ ref(name) }} as of_month on held.{{ month }} = of_month.{{ month }}
            where held.{{ column }} is distinct from of_month.{{ column }}
        {%- endset %}
        {% set months = run_query(
            "select distinct cast(held." ~ month ~ " as string) from " ~ table ~ " as held " ~ differing
        ).columns[0].values() %}
        {% if months %}
            {% set listed = "(date '" ~ months | sort | join("', date '") ~ "')" %}
            {% do in_one_transaction([
                "update " ~ table ~ " as held set " ~ column ~ " = of_month." ~ column ~ " from " ~ ref(name)
                ~ " as of_month where held." ~ month ~ " = of_month." ~ month ~ " and held." ~ month
                ~ " in " ~ listed,
                "update operations.built_months set invocation_id = " ~ sql_text(invocation_id)
                ~ " where model_name = " ~ sql_text(this.name) ~ " and built_month in " ~ listed,
            ]) %}
        {% endif %}
    {% endfor %}
{% endmacro %}
