{# The expression holds for every row; a row for which it is null fails, since null proves nothing. #}
{% test expression_is_true(model, expression) %}
    select *
    from {{ model }}
    where coalesce(not ({{ expression }}), true)
{% endtest %}
