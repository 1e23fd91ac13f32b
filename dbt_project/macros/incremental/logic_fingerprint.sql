{# A SQL expression of one text that changes when the logic or the reference data behind a model
   changes: the text of every view that it is built from, and the content of every seed and table.
   Arguments: model_name, whose inputs are meant, with itself; partitioned, the names of tables whose
   content is tracked partition by partition instead. #}
{% macro logic_fingerprint(model_name, partitioned=[]) %}
    {%- set labels = ["'" ~ model_name ~ "'"] -%}
    {%- for node in ancestors([model_id(model_name)] if execute else []) if node.name not in partitioned -%}
        {%- do labels.append(content_label(node)) -%}
    {%- endfor -%}
    md5(concat_ws('|', {{ labels | join(', ') }}))
{%- endmacro %}


{# A SQL expression of one text that changes with what a node of the dbt graph holds: the definition of
   a view, the content of a table or seed, the versions of the months of a monthly table.
   Arguments: node. #}
{% macro content_label(node) %}
    {{ return(adapter.dispatch('content_label')(node)) }}
{% endmacro %}

{% macro duckdb__content_label(node) %}
    {% if node.config.materialized == 'view' %}
        {# DuckDB quotes the types in a view's text until the file is opened again #}
        {{ return(
            "(select md5(replace(view_definition, '\"', '')) from information_schema.views where table_schema = '"
            ~ node.schema ~ "' and table_name = '" ~ node.alias ~ "')"
        ) }}
    {% endif %}
    {% if node.config.materialized == 'monthly' %}
        {# what each month was built from: nothing is read #}
        {{ return(
            "(select md5(string_agg(concat_ws(' ', built_month, month_version), ',' order by built_month)) "
            ~ "from operations.built_months where model_name = " ~ sql_text(node.alias) ~ ")"
        ) }}
    {% endif %}
    {{ return("(select content_hash from content_hash('" ~ node.schema ~ "." ~ node.alias ~ "'))") }}
{% endmacro %}


{# The text of a view, or the rows of a table. #}
{% macro spark__content_label(node) %}
    {% if node.config.materialized == 'view' %}
        {{ return("'" ~ local_md5(node.raw_code) ~ "'") }}
    {% endif %}
    {{ return(
        "(select concat_ws(':', count(*), sum(cast(xxhash64(*) as decimal(38, 0)))) from "
        ~ node.schema ~ "." ~ node.alias ~ ")"
    ) }}
{% endmacro %}


{# An aggregate that fingerprints the rows of a group, whatever their order.
   Arguments: row_alias, the name of the CTE or table whose rows are meant. #}
{% macro rows_fingerprint(row_alias) %}
    {{ return(adapter.dispatch('rows_fingerprint')(row_alias)) }}
{% endmacro %}

{% macro duckdb__rows_fingerprint(row_alias) -%}
    concat_ws(':', count(*), sum(hash({{ row_alias }})))
{%- endmacro %}

{% macro spark__rows_fingerprint(row_alias) -%}
    concat_ws(':', count(*), sum(cast(xxhash64({{ row_alias }}.*) as decimal(38, 0))))
{%- endmacro %}
