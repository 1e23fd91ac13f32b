{# The measures of punctuality agree with each other in every row, whatever the row stands for. #}
{% test punctuality_measures_hold(model) %}
    {% set rules = {
        'states add up to the scheduled flights':
            'scheduled_flights = completed_flights + cancelled_flights + diverted_flights'
            ~ ' + never_departed_flights + unresolved_flights',
        'flights that departed are completed, diverted or unresolved':
            'departed_flights = completed_flights + diverted_flights + unresolved_flights',
        'counts are not negative':
            'least(scheduled_flights - 1, completed_flights, cancelled_flights, diverted_flights,'
            ~ ' never_departed_flights, unresolved_flights, on_time_departures, on_time_arrivals)'
            ~ ' >= 0',
    } %}
    {% for event, flights in {'departure': 'departed', 'arrival': 'completed'}.items() %}
        {% set late = [] %}
        {% for minutes in late_thresholds() %}
            {% do late.append(event ~ 's_' ~ minutes ~ '_minutes_late_or_more') %}
        {% endfor %}
        {% set fewer = [late[-1] ~ ' >= 0'] %}
        {% for longer in late[1:] %}
            {% do fewer.append(late[loop.index0] ~ ' >= ' ~ longer) %}
        {% endfor %}
        {% set delay = event ~ '_delay_minutes' %}
        {# `<=`, since a flight whose delay is not known is neither on time nor late #}
        {% set apart = ['true'] %}
        {% for minutes in late_thresholds() if minutes >= var('on_time_threshold_minutes') %}
            {% do apart.append(
                'on_time_' ~ event ~ 's + ' ~ event ~ 's_' ~ minutes ~ '_minutes_late_or_more <= '
                ~ flights ~ '_flights'
            ) %}
        {% endfor %}
        {% do rules.update({
            event ~ 's are on time or late, not both': apart | join(' and '),
            'the longer the delay, the fewer ' ~ event ~ 's': fewer | join(' and '),
            'net delays of ' ~ event ~ 's do not exceed total ones':
                'net_' ~ delay ~ ' <= total_' ~ delay,
            'quantiles of ' ~ event ~ 's rise':
                'coalesce(' ~ delay ~ '_p50 <= ' ~ delay ~ '_p80, true)'
                ~ ' and coalesce(' ~ delay ~ '_p80 <= ' ~ delay ~ '_p95, true)',
        }) %}
    {% endfor %}
    {% for rule, expression in rules.items() %}
    select
        '{{ rule }}' as broken_rule,
        measured.*
    from (select * from {{ model }}) as measured
    where coalesce(not ({{ expression }}), true)
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endtest %}
