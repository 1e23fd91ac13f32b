{# The measures of punctuality of a group of flights, the same in every subject table: counts for
   both denominators (scheduled and completed) and for delays of each length, so that any roll-up of
   them is correct, and quantiles, which apply to the row's own group only and cannot be rolled up.
   #}
{% macro punctuality_measures() %}
    cast(count(*) as integer) as scheduled_flights,
    {% for name, condition in [
        ('departed_flights', 'has_departed'),
        ('completed_flights', 'is_completed'),
        ('cancelled_flights', 'is_cancelled'),
        ('diverted_flights', 'is_diverted'),
        ('never_departed_flights', 'is_never_departed'),
        ('unresolved_flights', 'is_unresolved'),
        ('on_time_departures', 'is_on_time_departure'),
        ('on_time_arrivals', 'is_on_time_arrival'),
    ] -%}
    cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
    {% endfor %}
    {% for event, counted in [('departure', 'has_departed'), ('arrival', 'is_completed')] -%}
    {% for minutes in late_thresholds() -%}
    cast(
        count(*) filter (where {{ counted }} and {{ is_late(event ~ '_delay_minutes', minutes) }})
        as integer
    ) as {{ event }}s_{{ minutes }}_minutes_late_or_more,
    {% endfor %}
    {% endfor %}
    {% for event, counted in [('departure', 'has_departed'), ('arrival', 'is_completed')] -%}
    {%- set delay = event ~ '_delay_minutes' -%}
    cast(coalesce(sum(greatest({{ delay }}, 0)) filter (where {{ counted }}), 0) as bigint)
        as total_{{ delay }},
    cast(coalesce(sum({{ delay }}) filter (where {{ counted }}), 0) as bigint) as net_{{ delay }},
    {% for percent in [50, 80, 95] -%}
    cast(
        {{ interpolated_percentile(percent / 100, 'case when ' ~ counted ~ ' then ' ~ delay ~ ' end') }} as double
    ) as {{ delay }}_p{{ percent }}{{ "," if not (loop.last and event == 'arrival') }}
    {% endfor %}
    {% endfor %}
{%- endmacro %}
