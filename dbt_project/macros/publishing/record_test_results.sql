{# Hand the results of a build's tests to ingestion, which loads them into `raw_dbt` in place of
   those of the last whole build. dbt writes its own results file only at the very end, after the
   marts are published.
   Arguments: results, the outcome of each node. #}
{% macro record_test_results(results) %}
    {% set tests = [] %}
    {% set known = {} %}
    {% for result in results if result.node.resource_type in ['test', 'unit_test'] %}
        {% set node = result.node %}
        {% set kind = 'unit' if node.resource_type == 'unit_test'
            else ('generic' if node.test_metadata else 'singular') %}
        {# while it runs, a unit test of a model with versions has another name than in the manifest #}
        {% do tests.append({
            'test_id': node.unique_id,
            'test_name': node.unique_id.split('.') | last if kind == 'unit' else node.name,
            'test_kind': kind,
            'column_name': node.column_name or none,
            'severity': (node.config.severity or 'error') | lower,
            'status': result.status | string,
            'failures': result.failures,
            'message': result.message,
            'tables': tested_tables(node, known),
        }) %}
    {% endfor %}
    {% if unit_tests_were_spared() %}
        {% do tests.extend(fromjson(query_now(unit_test_results()).columns[0].values()[0])) %}
    {% endif %}
    {% do query_now("select ontime_record_results(" ~ sql_text(tojson(tests)) ~ ")") %}
{% endmacro %}


{# The query for the unit tests' results of the last whole build, as JSON in the form of
   `record_test_results`. #}
{% macro unit_test_results() %}
    {% set query %}
        select coalesce(to_json(list(struct_pack(
            test_id, test_name, test_kind, column_name, severity, status, failures, message,
            tables := (
                select list(struct_pack(schema_name, table_name) order by schema_name, table_name)
                from raw_dbt.tested_tables as tested
                where tested.test_id = results.test_id
            )
        ))), '[]')
        from raw_dbt.test_results as results
        where test_kind = 'unit'
    {% endset %}
    {{ return(query) }}
{% endmacro %}


{# The tables that a test checks, each with schema_name and table_name: the table that it is
   attached to, or all tables that it reads if it is a singular test.
   Arguments: node, the test; known, the tables found so far by their ids, which it adds to. #}
{% macro tested_tables(node, known) %}
    {% set ids = [node.attached_node] if node.attached_node else node.depends_on.nodes %}
    {% if node.resource_type == 'unit_test' %}
        {% set ids = [node.tested_node_unique_id or node.depends_on.nodes[0]] %}
    {% endif %}
    {% set found = {} %}
    {% for id in ids %}
        {% if id not in known %}
            {% set table = graph.nodes.get(id) or graph.sources.get(id) %}
            {% do known.update({id: {
                'schema_name': table.schema,
                'table_name': table.alias or table.identifier or table.name,
            } if table else none}) %}
        {% endif %}
        {% if known[id] %}
            {% do found.update({id: known[id]}) %}
        {% endif %}
    {% endfor %}
    {{ return(found.values() | list) }}
{% endmacro %}
