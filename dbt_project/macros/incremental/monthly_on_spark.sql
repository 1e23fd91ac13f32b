{# The large tables on Spark: built whole, because the cluster has the memory and the time that one
   machine lacks. #}
{% materialization monthly, adapter='spark' %}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}
