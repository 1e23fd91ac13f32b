{# Minutes after midnight, 0 to 1440, of a clock reading such as 517, 0517 or 2400. Digits that no clock
   shows become a number outside of this range: 7230 the minutes that it would be, and a reading with 60
   minutes or more, such as 1275, its own negative.
   Arguments: column, the text hhmm. Null stays null. #}
{% macro clock_minutes(column) -%}
    case
        when cast({{ column }} as integer) % 100 >= 60 then -cast({{ column }} as integer)
        else
            cast(
                60 * floor(cast({{ column }} as integer) / 100) + cast({{ column }} as integer) % 100
                as integer
            )
    end
{%- endmacro %}


{# Minutes that went by on a clock that shows no day: 0 to 1439.
   Arguments: minutes, an integer expression, possibly negative. Null stays null. #}
{% macro minutes_of_day(minutes) -%}
    (
        (({{ minutes }}) % 1440 + 1440) % 1440
    )
{%- endmacro %}


{# The whole number in a text such as 61 or 61.00.
   Arguments: column, the text. Null stays null. #}
{% macro text_to_integer(column) -%}
    cast(cast({{ column }} as double) as integer)
{%- endmacro %}


{# Whether a text such as 1 or 1.00 means yes; 0 means no.
   Arguments: column, the text. Null, and any other number, gives null. #}
{% macro text_to_boolean(column) -%}
    case {{ text_to_integer(column) }} when 1 then true when 0 then false end
{%- endmacro %}


{# A timestamp some minutes later (earlier if negative).
   Arguments: timestamp, minutes (an integer expression). Null if either is null. #}
{% macro add_minutes(timestamp, minutes) -%}
    {{ return(adapter.dispatch('add_minutes')(timestamp, minutes)) }}
{%- endmacro %}

{% macro duckdb__add_minutes(timestamp, minutes) -%}
    ({{ timestamp }} + to_minutes({{ minutes }}))
{%- endmacro %}

{% macro spark__add_minutes(timestamp, minutes) -%}
    timestampadd(minute, {{ minutes }}, {{ timestamp }})
{%- endmacro %}


{# Whole minutes from one timestamp to another, negative if the second is earlier; seconds are
   truncated.
   Arguments: earlier, later. Null if either is null. #}
{% macro minutes_between(earlier, later) -%}
    {{ return(adapter.dispatch('minutes_between')(earlier, later)) }}
{%- endmacro %}

{% macro duckdb__minutes_between(earlier, later) -%}
    cast(date_sub('minute', {{ earlier }}, {{ later }}) as integer)
{%- endmacro %}

{% macro spark__minutes_between(earlier, later) -%}
    cast(timestampdiff(minute, {{ earlier }}, {{ later }}) as integer)
{%- endmacro %}
