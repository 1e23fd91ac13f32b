{# A SQL expression of one text that changes when the logic or the reference data behind an incremental
   model changes: its own text, the compiled text of every view that it is built from, and the content
   of every seed and table. A partition that was built under another fingerprint is out of date.
   Arguments: model_name, the incremental model; upstream_name, the model that it reads;
   partitioned, the names of tables whose content is tracked partition by partition instead. #}
{% macro logic_fingerprint(model_name, upstream_name, partitioned=[]) %}
    {{ return(adapter.dispatch('logic_fingerprint')(model_name, upstream_name, partitioned)) }}
{% endmacro %}

{% macro duckdb__logic_fingerprint(model_name, upstream_name, partitioned) %}
    {%- set model = graph.nodes[model_id(model_name)] if execute %}
    md5(concat_ws(
        '|',
        '{{ model.checksum.checksum if model }}'
        {%- for node in ancestors(upstream_name) if node.name not in partitioned %}
        {%- if node.config.materialized == 'view' %},
        (
            select md5(view_definition)
            from information_schema.views
            where table_schema = '{{ node.schema }}' and table_name = '{{ node.alias }}'
        )
        {%- else %},
        (select content_hash from content_hash('{{ node.schema }}.{{ node.alias }}'))
        {%- endif %}
        {%- endfor %}
    ))
{% endmacro %}


{# An aggregate that fingerprints the rows of a group, whatever their order.
   Arguments: row_alias, the name of the CTE or table whose rows are meant. #}
{% macro rows_fingerprint(row_alias) %}
    {{ return(adapter.dispatch('rows_fingerprint')(row_alias)) }}
{% endmacro %}

{% macro duckdb__rows_fingerprint(row_alias) -%}
    concat_ws(':', count(*), sum(md5_number_lower(cast(to_json({{ row_alias }}) as varchar))))
{%- endmacro %}
