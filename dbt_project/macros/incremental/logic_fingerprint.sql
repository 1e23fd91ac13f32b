{# A SQL expression of one text that changes when the logic or the reference data behind a model
   changes: the text of every view that it is built from, and the content of every seed and table.
   Arguments: model_name, whose inputs are meant, with itself; partitioned, the names of tables whose
   content is tracked partition by partition instead. #}
{% macro logic_fingerprint(model_name, partitioned=[]) %}
    {%- set nodes = ancestors([model_id(model_name)] if execute else [])
        | rejectattr('name', 'in', partitioned) | list -%}
    md5(concat_ws('|', {{ (["'" ~ model_name ~ "'"] + content_labels(nodes)) | join(', ') }}))
{%- endmacro %}


{# SQL expressions, one for each node of the dbt graph: a text that changes with what it holds: the
   definition of a view, the content of a table or seed, the versions of the months of a monthly table.
   Arguments: nodes. #}
{% macro content_labels(nodes) %}
    {% set texts = texts_of_views(nodes) %}
    {% set labels = [] %}
    {% for node in nodes %}
        {% if node.unique_id in texts %}
            {% do labels.append(texts[node.unique_id]) %}
        {% elif node.config.materialized == 'monthly' %}
            {# what each month was built from: nothing is read #}
            {% do labels.append(
                "(select md5(" ~ joined_text("concat_ws(' ', built_month, month_version)", ",", "built_month")
                ~ ") from operations.built_months where model_name = " ~ sql_text(node.alias) ~ ")"
            ) %}
        {% else %}
            {% do labels.append(content_of_table(node)) %}
        {% endif %}
    {% endfor %}
    {{ return(labels) }}
{% endmacro %}


{# SQL expressions of a text that changes with the definition of each view, by its id.
   Arguments: nodes, also others than views. #}
{% macro texts_of_views(nodes) %}
    {{ return(adapter.dispatch('texts_of_views')(nodes)) }}
{% endmacro %}

{% macro duckdb__texts_of_views(nodes) %}
    {% set texts = {} %}
    {% for node in nodes if is_a_view(node) %}
        {# DuckDB quotes the types in a view's text until the file is opened again #}
        {% do texts.update({node.unique_id:
            "(select md5(replace(view_definition, '\"', '')) from information_schema.views where table_schema = '"
            ~ node.schema ~ "' and table_name = '" ~ node.alias ~ "')"
        }) %}
    {% endfor %}
    {{ return(texts) }}
{% endmacro %}

{# Spark lists tables of a schema with the text of a view, and with the properties of a table, which name
   the text of a stored view: one statement for each schema. #}
{% macro spark__texts_of_views(nodes) %}
    {% set names, listings, texts = {}, {}, {} %}
    {% for node in nodes if is_a_view(node) %}
        {% do names.setdefault(node.schema, []).append(node.alias) %}
    {% endfor %}
    {% for schema, of_schema in names.items() %}
        {% set like = sql_text(of_schema | join('|')) %}
        {% for row in run_query("show table extended in " ~ schema ~ " like " ~ like).rows %}
            {% do listings.update({schema ~ '.' ~ row[1]: row[3]}) %}
        {% endfor %}
    {% endfor %}
    {% for node in nodes if is_a_view(node) %}
        {% set text = text_in_listing(listings.get(node.schema ~ '.' ~ node.alias) or '') %}
        {% do texts.update({node.unique_id: "'" ~ local_md5(text) ~ "'"}) %}
    {% endfor %}
    {{ return(texts) }}
{% endmacro %}

{# The definition in what Spark lists of a view, or of a table that stores one; empty if there is none.
   Arguments: listing, text. #}
{% macro text_in_listing(listing) %}
    {% set pattern = 'made_from=([0-9a-f]{32})|View Text: (.*?)\nView ' %}
    {% set found = modules.re.search(pattern, listing, modules.re.DOTALL) %}
    {{ return(found.group(0) if found else '') }}
{% endmacro %}


{# A SQL expression of a text that changes with the rows of a table. Arguments: node. #}
{% macro content_of_table(node) %}
    {{ return(adapter.dispatch('content_of_table')(node)) }}
{% endmacro %}

{% macro duckdb__content_of_table(node) %}
    {{ return("(select content_hash from content_hash('" ~ node.schema ~ "." ~ node.alias ~ "'))") }}
{% endmacro %}

{% macro spark__content_of_table(node) %}
    {{ return(
        "(select " ~ spark__rows_fingerprint('content') ~ " from " ~ node.schema ~ "." ~ node.alias
        ~ " as content)"
    ) }}
{% endmacro %}


{# An aggregate that fingerprints the rows of a group, whatever their order.
   Arguments: row_alias, the name of the CTE or table whose rows are meant. #}
{% macro rows_fingerprint(row_alias) %}
    {{ return(adapter.dispatch('rows_fingerprint')(row_alias)) }}
{% endmacro %}

{% macro duckdb__rows_fingerprint(row_alias) -%}
    concat_ws(':', count(*), sum(hash({{ row_alias }})))
{%- endmacro %}

{% macro spark__rows_fingerprint(row_alias) -%}
    concat_ws(':', count(*), sum(cast(xxhash64({{ row_alias }}.*) as decimal(38, 0))))
{%- endmacro %}
