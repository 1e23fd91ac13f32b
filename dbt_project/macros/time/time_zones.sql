{# The UTC timestamp of a local clock reading.
   Arguments: timestamp (local, without zone), time_zone (IANA name). Null if either is null.
   A reading that occurs twice (the night the clocks go back) means its first occurrence; one that
   does not exist (the night they go forward) means the instant as far after the jump. #}
{% macro local_to_utc(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('local_to_utc')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro duckdb__local_to_utc(timestamp, time_zone) -%}
    {# Of two occurrences the engine takes the second. The reading an hour before is not in doubt, and
       the first one comes an hour after it. Of any other reading both expressions tell the instant,
       or the second one a later instant: wherever the clocks are changed by an hour, as in the US. #}
    least(
        {{ duckdb__instant(timestamp, time_zone) }},
        {{ duckdb__instant(timestamp ~ " - interval 1 hour", time_zone) }} + interval 1 hour
    )
{%- endmacro %}

{% macro duckdb__instant(timestamp, time_zone) -%}
    {{ duckdb__zone_by_zone("((" ~ timestamp ~ ") at time zone {zone}) at time zone 'UTC'", time_zone) }}
{%- endmacro %}

{% macro spark__local_to_utc(timestamp, time_zone) -%}
    to_utc_timestamp({{ timestamp }}, {{ time_zone }})
{%- endmacro %}


{# The local clock reading of a UTC timestamp.
   Arguments: timestamp (UTC, without zone), time_zone (IANA name). Null if either is null. #}
{% macro utc_to_local(timestamp, time_zone) -%}
    {{ return(adapter.dispatch('utc_to_local')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro duckdb__utc_to_local(timestamp, time_zone) -%}
    {{ duckdb__zone_by_zone("((" ~ timestamp ~ ") at time zone 'UTC') at time zone {zone}", time_zone) }}
{%- endmacro %}

{% macro spark__utc_to_local(timestamp, time_zone) -%}
    from_utc_timestamp({{ timestamp }}, {{ time_zone }})
{%- endmacro %}


{# An expression of a zone, with the zones of nearly all flights spelled out as constants: the
   engine looks up a zone for each row unless it is a constant, which is seven times as fast.
   Arguments: expression, with {zone} for the zone; time_zone (IANA name). #}
{% macro duckdb__zone_by_zone(expression, time_zone) -%}
    case {{ time_zone }}
        {%- for name in [
            'America/New_York',
            'America/Chicago',
            'America/Los_Angeles',
            'America/Denver',
            'America/Phoenix',
            'America/Detroit',
            'Pacific/Honolulu',
            'America/Anchorage',
            'America/Puerto_Rico',
            'America/Indiana/Indianapolis',
            'America/Kentucky/Louisville',
            'America/Boise',
        ] %}
        when '{{ name }}' then {{ expression | replace('{zone}', "'" ~ name ~ "'") }}
        {%- endfor %}
        else {{ expression | replace('{zone}', time_zone) }}
    end
{%- endmacro %}
