{# The UTC timestamp of a local clock reading.
   Arguments: timestamp (local, without zone), time_zone (IANA name). Null if either is null.
   A reading that occurs twice (the night the clocks go back) means its first occurrence; one that
   does not exist (the night they go forward) means the instant as far after the jump. #}
{% macro local_to_utc(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_to_utc')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro duckdb__local_to_utc(timestamp, time_zone) -%}
    {# the engine takes the second of two occurrences; the first is an hour earlier #}
    case
        when
            {{ utc_to_local(
                duckdb__instant(timestamp, time_zone) ~ " - interval 1 hour", time_zone
            ) }} = {{ timestamp }}
            then {{ duckdb__instant(timestamp, time_zone) }} - interval 1 hour
        else {{ duckdb__instant(timestamp, time_zone) }}
    end
{%- endmacro %}

{% macro duckdb__instant(timestamp, time_zone) -%}
    ((({{ timestamp }}) at time zone {{ time_zone }}) at time zone 'UTC')
{%- endmacro %}


{# The local clock reading of a UTC timestamp.
   Arguments: timestamp (UTC, without zone), time_zone (IANA name). Null if either is null. #}
{% macro utc_to_local(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('utc_to_local')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro duckdb__utc_to_local(timestamp, time_zone) -%}
    ((({{ timestamp }}) at time zone 'UTC') at time zone {{ time_zone }})
{%- endmacro %}
