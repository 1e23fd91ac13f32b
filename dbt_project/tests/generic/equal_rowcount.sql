{# The model has as many rows as another. #}
{% test equal_rowcount(model, compare_model) %}
    select
        counted.this_rows,
        compared.other_rows
    from (select count(*) as this_rows from {{ model }}) as counted
    cross join (select count(*) as other_rows from {{ compare_model }}) as compared
    where counted.this_rows <> compared.other_rows
{% endtest %}
