{# No two rows agree in all of the columns, and none of the columns is null. #}
{% test unique_combination_of_columns(model, columns) %}
    select {{ columns | join(", ") }}
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) > 1 or {{ columns | join(" is null or ") }} is null
{% endtest %}
