{# The DOT rule of punctuality, in one place: on time is less than 15 minutes late (14 CFR 234).
   15 minutes late is late. Null stays null: a delay that is not known is not zero.
   Arguments: delay, minutes after schedule. #}
{% macro is_on_time(delay) -%}
    ({{ delay }} < {{ var('on_time_threshold_minutes') }})
{%- endmacro %}
