{# What a unit test gives and expects, as SQL. dbt's own macros write every column of the relation in
   every row, each with two calls of macros, and one query for each row: that was a sixth of the time of
   the unit tests on DuckDB, and Spark plans each of these queries. #}


{# The rows that a unit test gives for an input, as a query with all columns of the input: a column that
   no row names is null. dbt calls this for each input.
   Arguments: rows, values by name of column; column_name_to_data_types, which dbt leaves out. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {% set relation = defer_relation if (defer_relation and not load_relation(this)) else this %}
    {% set types, quoted = {}, {} %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do types.update({column.name | lower: column.data_type}) %}
        {% do quoted.update({column.name | lower: column.quoted}) %}
    {% endfor %}
    {% if not types %}
        {{ exceptions.raise_compiler_error(
            "A unit test gives rows of " ~ relation ~ ", which does not exist: build it first, so that its"
            ~ " columns are known."
        ) }}
    {% endif %}
    {% set named = names_in_rows(rows, types, relation) %}
    {% set columns = [] %}
    {% for name, type in types.items() %}
        {% do columns.append(
            quoted[name] if name in named else "cast(null as " ~ type ~ ") as " ~ quoted[name]
        ) %}
    {% endfor %}
    select {{ columns | join(", ") }}
    {{ from_rows(rows, named, types, quoted) }}
{% endmacro %}


{# The rows that a unit test expects, as a query with the columns that they name. dbt calls this for each
   unit test that expects rows and no query.
   Arguments: rows; column_name_to_data_types and column_name_to_quoted, by name of column. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
    {% if not rows %}
        select * from dbt_internal_unit_test_actual where false
    {% else %}
        {% set named = names_in_rows(rows, column_name_to_data_types, "the model") %}
        {# dbt compares the columns of the first row #}
        {% for row in rows if row | length != named | length %}
            {{ exceptions.raise_compiler_error(
                "Each row that a unit test expects names the same columns, but one names "
                ~ row.keys() | join(", ") ~ ", and all rows together name " ~ named | join(", ") ~ "."
            ) }}
        {% endfor %}
        select *
        {{ from_rows(rows, named, column_name_to_data_types, column_name_to_quoted) }}
    {% endif %}
{% endmacro %}


{# The names of the columns that rows name, in small letters, in the order of the types.
   Arguments: rows; types, by name; where, what has the columns. #}
{% macro names_in_rows(rows, types, where) %}
    {% set named = {} %}
    {% for row in rows %}{% for name in row %}{% do named.update({name | lower: true}) %}{% endfor %}{% endfor %}
    {% for name in named if name not in types %}
        {{ exceptions.raise_compiler_error(
            "A row of a unit test names the column " ~ name ~ ", which " ~ where ~ " does not have: it has "
            ~ types | join(", ") ~ "."
        ) }}
    {% endfor %}
    {{ return(types | select("in", named) | list) }}
{% endmacro %}


{# The rows as one list of values, from which a query selects.
   Arguments: rows; named, the names of their columns; types and quoted, by name. #}
{% macro from_rows(rows, named, types, quoted) %}
    {% set tuples = [] %}
    {% for row in rows %}
        {% set given = {} %}
        {% for name, value in row.items() %}{% do given.update({name | lower: value}) %}{% endfor %}
        {% set values = [] %}
        {% for name in named %}
            {% set value = given.get(name) %}
            {% if value is none %}
                {% set value = "null" %}
            {% elif value is string %}
                {% set value = "'" ~ (dbt.escape_single_quotes(value) if "'" in value else value) ~ "'" %}
            {% endif %}
            {% do values.append("cast(" ~ value ~ " as " ~ types[name] ~ ")") %}
        {% endfor %}
        {# a row that names no column is a row of nulls #}
        {% do tuples.append("(" ~ (values or ["null"]) | join(", ") ~ ")") %}
    {% endfor %}
    {% set names = [] %}
    {% for name in named %}{% do names.append(quoted[name]) %}{% endfor %}
    {% if tuples %}
    from (values {{ tuples | join(",\n") }}) as given_rows({{ (names or ["nothing"]) | join(", ") }})
    {% else %}
    where false
    {% endif %}
{% endmacro %}
