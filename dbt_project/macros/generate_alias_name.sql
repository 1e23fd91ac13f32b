{# The name of a model's table: the model's own name for its latest version, with the version
   appended for an older one. Readers of `fct_flights` get the latest version; those who need time
   to migrate read `fct_flights_v1` until then. Arguments: custom_alias_name, node, as dbt passes
   them. #}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- set name = (custom_alias_name or node.name) | trim -%}
    {%- if node.version and node.version != node.latest_version -%}
        {{ name ~ "_v" ~ (node.version | replace(".", "_")) }}
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}
