{# Every column says in `meta.known_at` when it is known: `schedule`, `target`, or the column with the
   latest instant of what it is made of, which is never after the prediction. #}
{% test features_are_known_in_time(model, prediction_time, not_features=[]) %}
    {% set columns = {} %}
    {% set ids = graph.nodes if execute else [] %}
    {% for id in ids if id.split('.')[0] in ['model', 'seed'] and id.split('.')[2] == model.identifier %}
        {% for column in graph.nodes[id].columns.values() %}
            {% do columns.update({column.name: column.config.meta.get('known_at')}) %}
        {% endfor %}
    {% endfor %}
    {% set instants = columns.values() | reject('in', [none, 'schedule', 'target']) | unique | sort %}

    {% for name, known_at in columns.items() if name not in not_features and name not in instants %}
    {% if known_at is none -%}
    select
        '{{ name }}' as column_name,
        'does not say when it is known' as reason
    union all
    {% elif known_at in instants and known_at not in columns -%}
    select
        '{{ name }}' as column_name,
        'is known at {{ known_at }}, which is not a column' as reason
    union all
    {% elif known_at in instants -%}
    select
        '{{ name }}' as column_name,
        'has a value that is made of nothing' as reason
    from {{ model }}
    where {{ known_at }} is null and {{ name }} is not null and {{ name }} <> 0
    union all
    {% endif %}
    {% endfor %}
    {% for known_at in instants if known_at in columns -%}
    select
        '{{ known_at }}' as column_name,
        'is after the prediction' as reason
    from {{ model }}
    where {{ known_at }} > {{ prediction_time }}
    union all
    {% endfor %}
    select
        '{{ prediction_time }}' as column_name,
        'is null' as reason
    from {{ model }}
    where {{ prediction_time }} is null
{% endtest %}
