{# The causes of delay that carriers report, in the order of the publisher's columns. #}
{% macro delay_causes() %}
    {{- return(['carrier', 'weather', 'national_air_system', 'security', 'late_aircraft']) }}
{%- endmacro %}


{# DOT's number of late arrivals of one cause: an arrival counts for each of its causes in
   proportion to the minutes of the cause, so that all causes together count each late arrival once.
   An aggregate over rows that have the columns of fct_flights.
   Arguments: cause, one of delay_causes. Null if no row has a late arrival with that cause told. #}
{% macro late_arrivals_by_cause(cause) -%}
    {{ exact_sum(
        share_of(cause ~ '_delay_minutes', 'arrival_delay_minutes'), 9
    ) }} filter (where arrival_delay_minutes >= {{ var('on_time_threshold_minutes') }})
{%- endmacro %}


{# The sum of real numbers that does not depend on the order in which they are added, as sums of
   doubles do in their last digits: each is rounded to so many decimals first, and sums of decimals
   are exact. An aggregate; its type is decimal.
   Arguments: expression, decimals. Null if there is nothing to add. #}
{% macro exact_sum(expression, decimals) -%}
    sum(cast({{ expression }} as decimal(18, {{ decimals }})))
{%- endmacro %}


{# SQL condition: the flight left its gate so late that it counts as disrupted. Null if it did not
   leave. For rows that have the columns of fct_flights. #}
{% macro is_long_delayed() -%}
    (departure_delay_minutes >= {{ var('long_delay_minutes') }})
{%- endmacro %}


{# SQL condition: the flight did not reach its destination without a diversion, or left very late.
   For rows that have the columns of fct_flights. Never null. #}
{% macro is_disrupted() -%}
    (not is_completed or coalesce({{ is_long_delayed() }}, false))
{%- endmacro %}
