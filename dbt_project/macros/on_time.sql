{# The DOT rule of punctuality, in one place: on time is less than 15 minutes late (14 CFR 234).
   15 minutes late is late. Null stays null: a delay that is not known is not zero.
   Arguments: delay, minutes after schedule. #}
{% macro is_on_time(delay) -%}
    ({{ delay }} < {{ var('on_time_threshold_minutes') }})
{%- endmacro %}


{# The other side of the rule: that many minutes late or more. Null stays null here too.
   Arguments: delay, minutes after schedule; minutes, the threshold. #}
{% macro is_late(delay, minutes) -%}
    ({{ delay }} >= {{ minutes }})
{%- endmacro %}


{# The lengths of delay that the subject tables count, in rising order. The names of the counts are
   made from them, so they do not move with the threshold of punctuality. #}
{% macro late_thresholds() -%}
    {{ return(var('late_thresholds_minutes')) }}
{%- endmacro %}
