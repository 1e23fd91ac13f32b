{# The statements that write the publication's catalogue: its contents, the meaning of each table
   and column, their statistics, and their sources, as tables that readers can query.
   Arguments: name (of the publication), marts (of `published_marts`). #}
{% macro catalogue_statements(name, marts) %}
    {% set descriptions, columns = [], [] %}
    {% for mart in marts %}
        {% do descriptions.append(
            "(" ~ [
                sql_text(mart.name),
                sql_text(mart.node.description | trim),
                mart.columns | length,
                sql_text('features/' ~ mart.name ~ '/*.parquet' if mart.lies_in_parquet else none),
                sql_text(writing_of(mart).definition_hash),
            ] | join(", ") ~ ")"
        ) %}
        {% set parents = {} %}
        {% for key in mart.foreign_keys %}
            {% do parents.update({key.column: key.parent ~ '.' ~ key.parent_column}) %}
        {% endfor %}
        {% for column in mart.columns %}
            {% do columns.append("(" ~ [
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
    {% endfor %}
    {% set statements = [
        "create schema publication.catalogue",
        "
        create table publication.catalogue.tables (
            table_name varchar primary key,
            description varchar,
            row_count bigint not null,
            column_count integer not null,
            content_hash varchar not null,
            parquet_files varchar,
            definition_hash varchar not null
        )
        ",
        "
        insert into publication.catalogue.tables
        select
            described.table_name,
            described.description,
            audited.row_count,
            described.column_count,
            audited.content_hash,
            described.parquet_files,
            described.definition_hash
        from (values " ~ descriptions | join(", ") ~ ") as described (
            table_name, description, column_count, parquet_files, definition_hash
        )
        left join operations.audited_tables as audited on described.table_name = audited.table_name
        ",
        "use publication",
        "
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
        ",
        "
        create table publication.catalogue.table_months (
            table_name varchar not null references catalogue.tables (table_name),
            flight_month date not null,
            row_count bigint not null,
            content_hash varchar not null,
            primary key (table_name, flight_month)
        )
        ",
        "use " ~ adapter.quote(target.database),
        "insert into publication.catalogue.columns values " ~ columns | join(", "),
        "
        insert into publication.catalogue.table_months
        select
            months.table_name,
            months.flight_month,
            months.row_count,
            content_digest(months.row_count, months.first_sum, months.second_sum, audited.structure)
        from operations.audited_months as months
        inner join operations.audited_tables as audited on months.table_name = audited.table_name
        where months.row_count > 0
        order by months.table_name, months.flight_month
        ",
        "
        create table publication.catalogue.source_receipts as
        select
            source_name,
            table_name,
            partition_name,
            file_name,
            file_bytes,
            file_sha256,
            missing_columns,
            rows_in_file,
            rows_loaded,
            rows_quarantined,
            loaded_at_utc
        from operations.loaded_partitions
        order by source_name, table_name, partition_name
        ",
        publication_row(name),
    ] + history_statements(name) %}

    {% set comments = {
        'publication': "What this file is: when it was built, from which revision of the project and with "
            ~ "which variables. oldest_duckdb_version is the oldest DuckDB that can read it.",
        'tables': "The tables of the publication, with their rows and a hash of their content, which is "
            ~ "comparable if publication.content_hash_method is the same. They are in the schema marts, "
            ~ "except those with parquet_files: these are beside the file, at that place. "
            ~ "definition_hash changes with the columns, keys, descriptions or order of a table.",
        'table_months': "The months of the tables that are built by month, with their rows and a hash of "
            ~ "their content; a table that is built by year has its years, each under its first month. Two publications with the same hash have the same rows of this month.",
        'columns': "The columns of these tables: meaning, unit, keys.",
        'source_receipts': "The files that the tables were made from, with checksums and row counts.",
        'runs': "The commands that loaded, built and tested, up to the build of this file: when, how long, how "
            ~ "many files, rows, models and tests, and how they ended.",
        'model_builds': "How long each model and seed took in the newest builds, and its rows; row_count is null "
            ~ "for a view.",
    } %}
    {% for table, text in comments.items() %}
        {% do statements.append("comment on table publication.catalogue." ~ table ~ " is " ~ sql_text(text)) %}
    {% endfor %}
    {% do statements.append(
        "comment on column publication.catalogue.source_receipts.missing_columns is "
        ~ sql_text(
            "Declared columns without a value in any row of the file, separated by commas, under the "
            ~ "publisher's names: what the tables do not know of these rows. Null if there are none, "
            ~ "and for a file that was loaded before this was recorded."
        )
    ) %}
    {{ return(statements) }}
{% endmacro %}


{# The statement that writes the row about the publication itself. Its code, variables and packages
   are those that the tested build recorded, not the current state of the project's files. The
   fingerprint leaves out the time of the build and of the loads: it is the same for the same
   content from the same identity. Arguments: name (of the publication). #}
{% macro publication_row(name) %}
    {{ return("
        create table publication.catalogue.publication as
        select
            " ~ sql_text(name) ~ " as publication_name,
            built_at_utc,
            git_revision,
            made_from ->> '$.project' as project_hash,
            ontime_identity_digest(made_from) as identity,
            made_from ->> '$.target' as target_name,
            made_from ->> '$.variables' as overridden_variables,
            made_from ->> '$.packages' as package_versions,
            invocation_id as dbt_invocation_id,
            " ~ sql_text(dbt_version) ~ " as dbt_version,
            version() as duckdb_version,
            content_hash_method() as content_hash_method,
            " ~ sql_text(var('published_storage_version')) ~ " as storage_version,
            " ~ sql_text(var('oldest_duckdb_version')) ~ " as oldest_duckdb_version,
            md5(concat_ws(
                '|',
                ontime_identity_digest(made_from),
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
        from operations.audited_builds
    ") }}
{% endmacro %}


{# The unit of a column, taken from its name, which contains the unit by convention; none for a
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
