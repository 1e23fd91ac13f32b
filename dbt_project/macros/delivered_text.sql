{# Macros that undo what publishers do to raw text values. #}


{# A text without the spaces that pad it to its field's width; null if nothing is left.
   Arguments: column, the text. #}
{% macro unpadded(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}


{# The date in a text of eight digits such as 20130131. Null if it is not a date, including blank
   text.
   Arguments: column, the text. #}
{% macro compact_text_to_date(column) -%}
    try_cast(
        concat(
            substr(trim({{ column }}), 1, 4), '-',
            substr(trim({{ column }}), 5, 2), '-',
            substr(trim({{ column }}), 7)
        ) as date
    )
{%- endmacro %}


{# Whether a depth of precipitation is a trace: too little to measure. The weather service writes it as
   it is asked to, 0.0001, and as T where a report does.
   Arguments: column, the text. Null stays null. #}
{% macro is_trace(column) -%}
    ({{ column }} in ('0.0001', 'T'))
{%- endmacro %}


{# The depth of precipitation in a text, in inches; a trace is 0.
   Arguments: column, the text. Null stays null. #}
{% macro text_to_inches(column) -%}
    case when {{ is_trace(column) }} then 0 else cast({{ column }} as double) end
{%- endmacro %}
