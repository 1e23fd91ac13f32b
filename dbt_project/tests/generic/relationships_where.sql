{# Every value of the rows that meet a condition is found in another model's field. #}
{% test relationships_where(model, column_name, to, field, from_condition) %}
    select child.{{ column_name }}
    from {{ model }} as child
    left join {{ to }} as parent
        on child.{{ column_name }} = parent.{{ field }}
    where {{ from_condition }} and child.{{ column_name }} is not null and parent.{{ field }} is null
{% endtest %}
