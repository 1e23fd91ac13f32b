{# What some nodes are built from, as nodes of the dbt graph, in a fixed order: themselves, the views
   before them, and the tables and seeds that these read. The content of a table represents
   everything behind it. A view that a cluster stores is still a view.
   Arguments: unique_ids. Empty while dbt is still parsing. #}
{% macro ancestors(unique_ids) %}
    {% if not execute %}{{ return([]) }}{% endif %}
    {# asked whether it has a key, dbt's graph would create that node #}
    {% set ids = graph.nodes | list %}
    {% set seen = {} %}
    {% set queue = [] %}
    {% for unique_id in unique_ids if unique_id in ids %}{% do queue.append(unique_id) %}{% endfor %}
    {% for _ in range(ids | length) if queue %}
        {% set unique_id = queue.pop() %}
        {% set node = graph.nodes[unique_id] %}
        {% do seen.update({unique_id: node}) %}
        {% for parent in node.depends_on.nodes if is_a_view(node) %}
            {% if parent in ids and parent not in seen and parent not in queue %}
                {% do queue.append(parent) %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% set found = [] %}
    {% for unique_id in seen | sort %}
        {% do found.append(seen[unique_id]) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{# Whether a node has no content of its own: its text represents it. Arguments: node. #}
{% macro is_a_view(node) %}
    {{ return(node.config.materialized in ['view', 'stored_view']) }}
{% endmacro %}


{# The identifier of a model in the dbt graph, of its latest version if it has versions.
   Arguments: model_name. #}
{% macro model_id(model_name) %}
    {% set id = 'model.' ~ project_name ~ '.' ~ model_name %}
    {# by its key, because dbt creates each node of the graph anew on every access #}
    {% for unique_id in graph.nodes if unique_id == id or unique_id.startswith(id ~ '.v') %}
        {% set node = graph.nodes[unique_id] %}
        {% if node.version == node.latest_version %}
            {{ return(unique_id) }}
        {% endif %}
    {% endfor %}
    {{ exceptions.raise_compiler_error("There is no model " ~ model_name ~ ".") }}
{% endmacro %}
