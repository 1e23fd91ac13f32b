{# Incremental models that are replaced partition by partition. Before the new rows are inserted,
   every partition that is gone or was built from something else is deleted; afterwards the model
   inserts the partitions that are then missing. Both happen in one transaction. #}

{# The pre-hook of such a model: delete the partitions whose version is not the current one.
   Arguments: partitions, the relation with one row per partition: flight_month and
   partition_version. #}
{% macro delete_stale_partitions(partitions) %}
    {% if is_incremental() %}
        delete from {{ this }}
        where not exists (
            select 1
            from {{ partitions }} as partitions
            where
                partitions.flight_month = {{ this }}.flight_month
                and partitions.partition_version = {{ this }}._partition_version
        )
    {% endif %}
{% endmacro %}

{# The months that a build of such a model has to insert, as a SQL list of dates for `in`.
   A list of literals, so that the engine reads only these months. #}
{% macro missing_months(partitions) %}
    {% set query %}
        select distinct cast(partitions.flight_month as varchar) as flight_month
        from {{ partitions }} as partitions
        left join {{ this }} as built
            on
                partitions.flight_month = built.flight_month
                and partitions.partition_version = built._partition_version
        where built.flight_month is null
        order by 1
    {% endset %}
    {% set months = run_query(query).columns[0].values() %}
    {% if not months %}{{ return("(null)") }}{% endif %}
    {% set literals = [] %}
    {% for month in months %}{% do literals.append("date '" ~ month ~ "'") %}{% endfor %}
    {{ return("(" ~ literals | join(", ") ~ ")") }}
{% endmacro %}
