{# The DOT rule of punctuality, in one place: on time is less than 15 minutes late (14 CFR 234).
   15 minutes late is late. Null stays null: an unknown delay is not zero.
   Arguments: delay, minutes after schedule. #}
{% macro is_on_time(delay) -%}
    ({{ delay }} < {{ var('on_time_threshold_minutes') }})
{%- endmacro %}


{# The other side of the rule: that many minutes late or more. Null stays null here too.
   Arguments: delay, minutes after schedule; minutes, the threshold. #}
{% macro is_late(delay, minutes) -%}
    ({{ delay }} >= {{ minutes }})
{%- endmacro %}


{# The delay thresholds that the subject tables count, in ascending order. The names of the counts
   contain them, so they do not change with the on-time threshold. #}
{% macro late_thresholds() -%}
    {{ return(var('late_thresholds_minutes')) }}
{%- endmacro %}
