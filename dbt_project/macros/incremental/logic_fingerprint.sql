{# A SQL expression of one text that changes when the logic or the reference data behind a model
   changes: the compiled text of every view it is built from, itself included, and the content of
   every seed and table. A partition that was built under another fingerprint is out of date.
   Arguments: model_name; partitioned, the names of tables that are tracked partition by partition
   instead. #}
{% macro logic_fingerprint(model_name, partitioned=[]) %}
    {{ return(adapter.dispatch('logic_fingerprint')(model_name, partitioned)) }}
{% endmacro %}

{% macro duckdb__logic_fingerprint(model_name, partitioned) %}
    md5(concat_ws(
        '|',
        ''
        {%- for node in ancestors(model_name) if node.name not in partitioned %}
        {%- if node.config.materialized == 'view' %},
        (
            select md5(view_definition)
            from information_schema.views
            where table_schema = '{{ node.schema }}' and table_name = '{{ node.name }}'
        )
        {%- else %},
        (select content_hash from content_hash('{{ node.schema }}.{{ node.name }}'))
        {%- endif %}
        {%- endfor %}
    ))
{% endmacro %}
