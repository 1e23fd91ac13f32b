{# The local timestamp at which the clock shows a reading, on the day that makes it nearest to an
   estimate. Right as long as the estimate is less than twelve hours off.
   Arguments: estimate (local timestamp), clock (minutes after midnight). #}
{% macro nearest_clock(estimate, clock) -%}
    case
        when
            {{ minutes_between(estimate, clock_on_day_of(estimate, clock)) }} > {{ 12 * 60 }}
            then {{ clock_on_day_of(estimate, clock) }} - interval 1 day
        when
            {{ minutes_between(estimate, clock_on_day_of(estimate, clock)) }} < -{{ 12 * 60 }}
            then {{ clock_on_day_of(estimate, clock) }} + interval 1 day
        else {{ clock_on_day_of(estimate, clock) }}
    end
{%- endmacro %}


{# The first local timestamp at or after another at which the clock shows a reading.
   Arguments: earliest (local timestamp), clock (minutes after midnight). #}
{% macro first_clock_after(earliest, clock) -%}
    case
        when {{ clock_on_day_of(earliest, clock) }} - interval 1 day >= {{ earliest }}
            then {{ clock_on_day_of(earliest, clock) }} - interval 1 day
        when {{ clock_on_day_of(earliest, clock) }} >= {{ earliest }}
            then {{ clock_on_day_of(earliest, clock) }}
        else {{ clock_on_day_of(earliest, clock) }} + interval 1 day
    end
{%- endmacro %}


{# The last local timestamp at or before another at which the clock shows a reading.
   Arguments: latest (local timestamp), clock (minutes after midnight). #}
{% macro last_clock_before(latest, clock) -%}
    case
        when {{ clock_on_day_of(latest, clock) }} <= {{ latest }}
            then {{ clock_on_day_of(latest, clock) }}
        when {{ clock_on_day_of(latest, clock) }} - interval 1 day <= {{ latest }}
            then {{ clock_on_day_of(latest, clock) }} - interval 1 day
        else {{ clock_on_day_of(latest, clock) }} - interval 2 day
    end
{%- endmacro %}


{# A clock reading on the day of a timestamp. 1440 minutes are the midnight that ends the day. #}
{% macro clock_on_day_of(timestamp, clock) -%}
    {{ add_minutes("cast(cast(" ~ timestamp ~ " as date) as timestamp)", clock) }}
{%- endmacro %}
