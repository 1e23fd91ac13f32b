{# Run a statement outside any transaction of dbt's, so that it takes effect at once, and return its
   result table. Attaching, publishing and marking a build cannot wait for a later commit.
   Arguments: sql. #}
{% macro query_now(sql) %}
    {% call statement('query_now', fetch_result=true, auto_begin=false) %}{{ sql }}{% endcall %}
    {{ return(load_result('query_now').table) }}
{% endmacro %}
