{# A model is built in the schema that its folder configures, without the target's name as a prefix,
   so that the marts have the same names in the warehouse and in the published file. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
