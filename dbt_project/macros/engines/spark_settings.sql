{# Refuse to build on a Spark server whose settings would make other tables than DuckDB's, or lose months.
   Runs before every build on Spark. #}
{% macro refuse_other_settings() %}
    {% for name, value, reason in [
        ['spark.sql.session.timeZone', 'UTC', 'timestamps are in UTC'],
        ['spark.sql.ansi.enabled', 'true', 'an impossible cast must be an error'],
        ['spark.sql.sources.partitionOverwriteMode', 'dynamic', 'a month that is written must not remove the others'],
    ] %}
        {% set found = run_query("set " ~ name).rows[0][1] %}
        {% if found | lower != value | lower %}
            {{ exceptions.raise_compiler_error(
                "The Spark server has " ~ name ~ "=" ~ found ~ ": start it with " ~ name ~ "=" ~ value
                ~ ", because " ~ reason ~ "."
            ) }}
        {% endif %}
    {% endfor %}
{% endmacro %}
