{# The columns of a contract as dbt's `create table` lists them. A large table has no keys: an index is as
   large as the rows and has to fit into memory, and the tests prove the keys. #}
{% macro duckdb__get_table_columns_and_constraints() %}
    {% if model.config.meta.get('enforces_keys', true) %}
        {{ return(table_columns_and_constraints()) }}
    {% endif %}
    {{ return(columns_without_keys()) }}
{% endmacro %}


{# The columns of a contract with their types, and not null where the contract or the key says so. #}
{% macro columns_without_keys() %}
    {% set key_columns = primary_key(model) %}
    {% set definitions = [] %}
    {% for column in model.columns.values() %}
        {% set not_null = " not null" if is_required(column, key_columns) else "" %}
        {% do definitions.append(column.name ~ " " ~ column.data_type ~ not_null) %}
    {% endfor %}
    {{ return("(" ~ definitions | join(", ") ~ ")") }}
{% endmacro %}


{# Whether a column must not be null. Arguments: column, of a contract; key_columns. #}
{% macro is_required(column, key_columns) %}
    {% set kinds = column.constraints | map(attribute='type') | map('string') | list %}
    {{ return('not_null' in kinds or column.name in key_columns) }}
{% endmacro %}
