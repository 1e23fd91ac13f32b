{# How a unit test runs. dbt's own way creates an empty table of the query to learn the types of its
   columns, and drops it again; describing the query tells the same, in one statement instead of three. #}
{% materialization unit, default %}
    {% set expected_rows = config.get('expected_rows') %}
    {% set types, quoted = {}, {} %}
    {% for column in run_query("describe " ~ sql).rows %}
        {% do types.update({column[0] | lower: column[1]}) %}
        {% do quoted.update({column[0] | lower: adapter.quote(column[0])}) %}
    {% endfor %}
    {% set expected = config.get('expected_sql') or get_expected_sql(expected_rows, types, quoted) %}

    {# what no expected row names is not compared #}
    {% set names = expected_rows[0] if expected_rows else types %}
    {% set compared = [] %}
    {% for name in names %}
        {% do compared.append(quoted[name | lower]) %}
    {% endfor %}
    {% call statement('main', fetch_result=true) %}
        {{ get_unit_test_sql(sql, expected, compared) }}
    {% endcall %}

    {{ return({'relations': []}) }}
{% endmaterialization %}
