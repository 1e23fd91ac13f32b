{# What dbt needs to know about tables of Parquet files on Spark. #}


{# Spark has no constraints on such tables: the tests prove what the contracts say. dbt calls this after
   it has made a table.
   Arguments: relation, model. #}
{% macro spark__persist_constraints(relation, model) %}
{% endmacro %}


{# A query without rows that has the columns of a contract, with the name that Spark has for text. dbt
   compares it with the model. Arguments: columns, of the contract by name. #}
{% macro spark__get_empty_schema_sql(columns) %}
    {% set expressions = [] %}
    {% for column in columns.values() %}
        {% set type = 'string' if column.data_type | lower == 'varchar' else column.data_type %}
        {% do expressions.append("cast(null as " ~ type ~ ") as " ~ column.name) %}
    {% endfor %}
    {{ return("select " ~ expressions | join(", ") ~ " where false") }}
{% endmacro %}
