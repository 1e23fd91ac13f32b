{# At least this share of the rows, from 0 to 1, has a value; a table without rows passes. #}
{% test not_null_proportion(model, column_name, at_least) %}
    select {{ share_of('count(' ~ column_name ~ ')', 'count(*)') }} as proportion
    from {{ model }}
    having {{ share_of('count(' ~ column_name ~ ')', 'count(*)') }} < {{ at_least }}
{% endtest %}
