{# The state of a flight, from what a source reports of it: the one rule, for every table of flights.
   The booleans of a state are defined in the seed flight_states. #}
{% macro flight_state() -%}
    case
            when is_reported_cancelled then 'cancelled'
            when is_reported_diverted then 'diverted'
            when arrival_delay_minutes is not null then 'completed'
            -- a source that reports diversions and reports none means that the flight arrived
            when not is_reported_diverted and arrival_clock_minutes is not null then 'completed'
            when departure_clock_minutes is null and departure_delay_minutes is null
                then 'never_departed'
            -- for a source without such reports, an arrival without a delay means that the flight
            -- was diverted
            when arrival_clock_minutes is not null then 'diverted'
            else 'unresolved'
        end
{%- endmacro %}
