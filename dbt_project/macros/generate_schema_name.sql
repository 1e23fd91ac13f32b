{# A model lives in the schema that its folder names, without the target's name in front, so that
   the marts are called the same in the warehouse and in the published file. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
