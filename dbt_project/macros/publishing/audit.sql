{# Record that this build passed every test: its inputs and the content of each mart, so that
   nothing else can be published as this build. #}
{% macro record_audit() %}
    {% do record_tested_parts() %}
    {% set marts = published_marts() %}
    {% do record_months(marts) %}
    {% set contents = [] %}
    {% for mart in marts %}
        {% if mart.has_months %}
            {% set sums = "
                select
                    coalesce(sum(row_count), 0)::bigint as row_count,
                    coalesce(sum(first_sum), 0) as first_sum,
                    coalesce(sum(second_sum), 0) as second_sum,
                    (select structure from content_structure('marts." ~ mart.name ~ "')) as structure
                " ~ audited_months_of(mart) %}
        {% else %}
            {% set sums = "from content_sums('marts." ~ mart.name ~ "')" %}
        {% endif %}
        {% do contents.append("
            insert into operations.audited_tables
            select
                " ~ sql_text(mart.name) ~ ", row_count, content_digest(row_count, first_sum, second_sum, structure),
                structure
            from (" ~ sums ~ ")
        ") %}
    {% endfor %}
    {# together, because each statement that dbt runs by itself takes longer than most of these #}
    {% do query_now(contents | join("; ")) %}
    {% do query_now(
        "insert into operations.audited_builds select " ~ [
            sql_text(invocation_id),
            "timestamp " ~ sql_text(run_started_at.strftime('%Y-%m-%d %H:%M:%S')),
            "ontime_git_revision()",
            identity_of_this_build(),
        ] | join(", ")
    ) %}
{% endmacro %}


{# Record the content of the months that are published. A month that was recorded before and not built
   since is not hashed again. Arguments: marts, of `published_marts`. #}
{% macro record_months(marts) %}
    {% set wanted = ["select null::varchar as table_name, null::date as flight_month, null::varchar as made_by, "
        ~ "null::bigint as row_count where false"] %}
    {% set month_of = {} %}
    {% for mart in marts if mart.has_months %}
        {% do month_of.update({mart.name: mart.month}) %}
        {% do wanted.append(months_to_publish(mart)) %}
    {% endfor %}
    {% do query_now("
        create or replace temp table months_to_publish as " ~ wanted | join(" union all ") ~ ";
        delete from operations.audited_months
        where (table_name, flight_month, made_by, content_hash_method) not in (
            select (table_name, flight_month, made_by, content_hash_method()) from months_to_publish
        )
    ") %}
    {% set missing = {} %}
    {% for row in query_now("
        select table_name, cast(flight_month as varchar), row_count from months_to_publish
        where (table_name, flight_month) not in (select (table_name, flight_month) from operations.audited_months)
        order by table_name, flight_month
    ").rows %}
        {% do missing.setdefault(row[0], []).append({'month': row[1], 'row_count': row[2] | int}) %}
    {% endfor %}
    {% set hashing = ["select 1"] %}
    {% for name, months in missing.items() %}
        {% for batch in month_batches(months) %}
            {% do hashing.append(record_of_audited_months(
                name, month_of[name], batch[0].month, batch[-1].month
            )) %}
        {% endfor %}
    {% endfor %}
    {% do query_now(hashing | join("; ")) %}
    {% for name in marts_with_unrecorded_rows(marts) %}
        {{ exceptions.raise_compiler_error(
            "marts." ~ name ~ " has rows of months that no build recorded: run "
            ~ "`make build ARGS=--full-refresh`."
        ) }}
    {% endfor %}
{% endmacro %}


{# The statement that hashes and records the months of a table.
   Arguments: name, of the table; month, the expression for the month of a row; first and last, months
   as text. #}
{% macro record_of_audited_months(name, month, first, last) %}
    {% set statement %}
        insert into operations.audited_months
        select
            months.table_name,
            months.flight_month,
            months.made_by,
            content_hash_method(),
            coalesce(sums.row_count, 0),
            coalesce(sums.first_sum, 0),
            coalesce(sums.second_sum, 0)
        from months_to_publish as months
        left join content_sums_by_month(
            'marts.{{ name }}', {{ month }}, date '{{ first }}', date '{{ last }}'
        ) as sums
            on months.flight_month = sums.flight_month
        where
            months.table_name = {{ sql_text(name) }}
            and months.flight_month between date '{{ first }}' and date '{{ last }}'
    {% endset %}
    {{ return(statement) }}
{% endmacro %}


{# The query for the months of a mart that are published, each with the run that built it.
   Arguments: mart, one of `published_marts`, with months. #}
{% macro months_to_publish(mart) %}
    {% set query %}
        (
            select
                model_name as table_name,
                built_month as flight_month,
                concat_ws(' ', month_version, invocation_id) as made_by,
                row_count
            from operations.built_months
            where model_name = {{ sql_text(mart.name) }}
            {% if is_bounded(mart) %}
                qualify row_number() over (order by built_month desc) <= {{ var('feature_months') }}
            {% endif %}
        )
    {% endset %}
    {{ return(query) }}
{% endmacro %}


{# Whether only the last months of a mart are published.
   Arguments: mart, one of `published_marts`. #}
{% macro is_bounded(mart) %}
    {{ return(mart.lies_in_parquet and var('feature_months') > 0) }}
{% endmacro %}


{# The clause that reads the recorded months of a mart. Arguments: mart, one of `published_marts`. #}
{% macro audited_months_of(mart) %}
    {{ return("from operations.audited_months where table_name = " ~ sql_text(mart.name)) }}
{% endmacro %}


{# The names of the marts that have another number of rows than their recorded months together.
   Arguments: marts, of `published_marts`. #}
{% macro marts_with_unrecorded_rows(marts) %}
    {% set counts = ["select null where false"] %}
    {% for mart in marts if mart.has_months %}
        {% set condition = "where flight_month >= (select min(flight_month) " ~ audited_months_of(mart) ~ ")" %}
        {% do counts.append(
            "select " ~ sql_text(mart.name) ~ " where (select count(*) from marts." ~ mart.name
            ~ (" " ~ condition if is_bounded(mart) else "")
            ~ ") <> (select coalesce(sum(row_count), 0) " ~ audited_months_of(mart) ~ ")"
        ) %}
    {% endfor %}
    {{ return(query_now(counts | join(" union all ")).columns[0].values()) }}
{% endmacro %}


{# The names of the marts whose content differs from what the last whole build tested. #}
{% macro tables_changed_since_the_audit() %}
    {{ return(marts_that_differ(published_marts(), "operations.audited_tables")) }}
{% endmacro %}


{# The names of the marts that differ from their recorded months or, without months, from their recorded
   hash. Arguments: marts, of `published_marts`; recorded, the table with the hashes. #}
{% macro marts_that_differ(marts, recorded) %}
    {% set differing = ["select null where false"] %}
    {% for mart in marts %}
        {% if mart.has_months %}
            {% set months = audited_months_of(mart) %}
            {% set rows %}
                select 1
                from content_sums_by_month(
                    'marts.{{ mart.name }}',
                    {{ mart.month }},
                    (select min(flight_month) {{ months }}),
                    (select max(flight_month) {{ months }})
                ) as sums
                full join (select * {{ months }} and row_count > 0) as audited
                    on sums.flight_month = audited.flight_month
                where
                    (sums.row_count, sums.first_sum, sums.second_sum)
                    is distinct from (audited.row_count, audited.first_sum, audited.second_sum)
            {% endset %}
        {% else %}
            {% set rows %}
                select 1 from content_hash('marts.{{ mart.name }}')
                where content_hash not in (
                    select content_hash from {{ recorded }} where table_name = {{ sql_text(mart.name) }}
                )
            {% endset %}
        {% endif %}
        {% do differing.append("select " ~ sql_text(mart.name) ~ " where exists (" ~ rows ~ ")") %}
    {% endfor %}
    {% set changed = query_now(differing | join(" union all ")).columns[0].values() | list %}
    {{ return((changed + marts_with_unrecorded_rows(marts) | list) | unique | sort) }}
{% endmacro %}


{# Record what the marts hold at the end of a build that is published when dbt has ended. The views are
   left out: they show the results of this build's tests, which are recorded when it is published. #}
{% macro record_built_contents() %}
    {% set marts = marts_in_tables() %}
    {% do record_months(marts) %}
    {% set contents = [] %}
    {% for mart in marts if not mart.has_months %}
        {% do contents.append(
            "select " ~ sql_text(mart.name) ~ " as table_name, content_hash, " ~ sql_text(invocation_id)
            ~ " as invocation_id from content_hash('marts." ~ mart.name ~ "')"
        ) %}
    {% endfor %}
    {% do query_now("create or replace table operations.built_contents as " ~ contents | join(" union all ")) %}
{% endmacro %}


{# The marts that are tables. #}
{% macro marts_in_tables() %}
    {{ return(published_marts() | rejectattr('node.config.materialized', 'equalto', 'view') | list) }}
{% endmacro %}
