{# Write the publication's catalogue: what it holds, what each table and column means, what they
   amount to, and which files they were made from, as tables that a reader can query.
   Arguments: name (of the publication), marts (of `published_marts`). #}
{% macro publish_catalogue(name, marts) %}
    {% do query_now("create schema publication.catalogue") %}

    {% do query_now("
        create table publication.catalogue.tables (
            table_name varchar primary key,
            description varchar,
            row_count bigint not null,
            column_count integer not null,
            content_hash varchar not null
        )
    ") %}
    {% for mart in marts %}
        {% do query_now(
            "insert into publication.catalogue.tables select "
            ~ [
                sql_text(mart.name),
                sql_text(mart.node.description | trim),
                "row_count",
                mart.columns | length,
                "content_hash",
            ] | join(", ")
            ~ " from content_hash('marts." ~ mart.name ~ "')"
        ) %}
    {% endfor %}

    {% do query_now("use publication") %}
    {% do query_now("
        create table publication.catalogue.columns (
            table_name varchar not null references catalogue.tables (table_name),
            column_name varchar not null,
            ordinal_position integer not null,
            data_type varchar not null,
            unit varchar,
            is_nullable boolean not null,
            is_primary_key boolean not null,
            references_column varchar,
            known_at varchar,
            description varchar,
            primary key (table_name, column_name)
        )
    ") %}
    {% do query_now("use " ~ adapter.quote(target.database)) %}
    {% for mart in marts %}
        {% set parents = {} %}
        {% for key in mart.foreign_keys %}
            {% do parents.update({key.column: key.parent ~ '.' ~ key.parent_column}) %}
        {% endfor %}
        {% set rows = [] %}
        {% for column in mart.columns %}
            {% do rows.append("(" ~ [
                sql_text(mart.name),
                sql_text(column.name),
                loop.index,
                sql_text(column.data_type),
                sql_text(column.unit),
                column.is_nullable,
                column.name in mart.primary_key,
                sql_text(parents.get(column.name)),
                sql_text(column.known_at),
                sql_text(column.description),
            ] | join(", ") ~ ")") %}
        {% endfor %}
        {% do query_now("insert into publication.catalogue.columns values " ~ rows | join(", ")) %}
    {% endfor %}

    {% do query_now("
        create table publication.catalogue.source_receipts as
        select
            source_name,
            table_name,
            partition_name,
            file_name,
            file_bytes,
            file_sha256,
            rows_in_file,
            rows_loaded,
            rows_quarantined,
            loaded_at_utc
        from operations.loaded_partitions
        order by source_name, table_name, partition_name
    ") %}

    {# the time of a load and of a build is not part of what the publication says #}
    {% do query_now("
        create table publication.catalogue.publication as
        select
            '" ~ name ~ "' as publication_name,
            timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S') ~ "' as built_at_utc,
            ontime_git_revision() as git_revision,
            ontime_project_hash() as project_hash,
            '" ~ invocation_id ~ "' as dbt_invocation_id,
            '" ~ dbt_version ~ "' as dbt_version,
            version() as duckdb_version,
            " ~ sql_text(var('published_storage_version')) ~ " as storage_version,
            " ~ sql_text(var('oldest_duckdb_version')) ~ " as oldest_duckdb_version,
            md5(concat_ws(
                '|',
                ontime_project_hash(),
                (
                    select string_agg(to_json(entry)::varchar, '' order by table_name)
                    from publication.catalogue.tables as entry
                ),
                (
                    select string_agg(to_json(entry)::varchar, '' order by table_name, column_name)
                    from publication.catalogue.columns as entry
                ),
                (
                    select string_agg(
                        concat_ws(' ', source_name, table_name, partition_name, file_sha256), ','
                        order by source_name, table_name, partition_name
                    )
                    from publication.catalogue.source_receipts
                )
            )) as fingerprint
    ") %}

    {% set comments = {
        'publication': "What this file is: when it was built, from which revision of the project. "
            ~ "oldest_duckdb_version is the oldest DuckDB that can read it.",
        'tables': "The tables of the schema marts, with their rows and a hash of their content.",
        'columns': "The columns of these tables: meaning, unit, keys.",
        'source_receipts': "The files that the tables were made from, with checksums and row counts.",
    } %}
    {% for table, text in comments.items() %}
        {% do query_now("comment on table publication.catalogue." ~ table ~ " is " ~ sql_text(text)) %}
    {% endfor %}
{% endmacro %}


{# The unit of a column, read off its name, in which it stands by the project's rule; none for a
   column that has no unit. Arguments: name. #}
{% macro column_unit(name) %}
    {% for suffix, unit in [
        ('_miles_per_hour', 'miles per hour'),
        ('_at_utc', 'UTC timestamp'),
        ('_at_local', 'local timestamp at the airport'),
        ('_minutes', 'minutes'),
        ('_minutes_p50', 'minutes'),
        ('_minutes_p80', 'minutes'),
        ('_minutes_p95', 'minutes'),
        ('_years', 'years'),
        ('_miles', 'statute miles'),
        ('_feet', 'feet'),
        ('_degrees', 'degrees'),
        ('_fahrenheit', 'degrees Fahrenheit'),
        ('_percent', 'percent'),
        ('_inches', 'inches'),
        ('_millibars', 'millibars'),
        ('_flights', 'flights'),
        ('_departures', 'flights'),
        ('_arrivals', 'flights'),
        ('_minutes_late_or_more', 'flights'),
        ('_hour', 'hour of the day, 0 to 23'),
    ] if name.endswith(suffix) %}
        {{ return(unit) }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}
