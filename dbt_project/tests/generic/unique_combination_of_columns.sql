{# No two rows agree in all of the columns, and none of the columns is null, unless nulls are allowed;
   these agree with each other. #}
{% test unique_combination_of_columns(model, columns, allow_null=false) %}
    select {{ columns | join(", ") }}
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) > 1
    {%- if not allow_null %} or {{ columns | join(" is null or ") }} is null{% endif %}
{% endtest %}
