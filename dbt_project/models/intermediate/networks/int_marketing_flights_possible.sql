-- The flights by marketing carrier without impossible values: one that lies outside the range of
-- the seed is null. The printed clocks are not asked, as they are for the older files of the other
-- table.

{% set causes, contradictions = [], ['has_impossible_arrival_delay_minutes'] %}
{% for cause in delay_causes() %}
{% do causes.append(cause ~ '_delay_minutes') %}
{% do contradictions.append('has_impossible_' ~ causes[-1]) %}
{% endfor %}
{% set measured = [
    'departure_delay_minutes', 'arrival_delay_minutes', 'taxi_out_minutes', 'taxi_in_minutes',
    'scheduled_elapsed_minutes', 'actual_elapsed_minutes', 'air_time_minutes', 'distance_miles',
] %}

with identified as (
    select * from {{ ref('int_marketing_flights_identified') }}
    where set_aside_reason is null
),

plausible_ranges as (
    select * from {{ ref('flight_plausible_ranges') }}
),

outcomes as (
    select * from {{ ref('flight_outcomes') }}
),

placeholders as (
    select * from {{ ref('placeholder_tail_numbers') }}
),

known_codes as (
    select distinct cancellation_code
    from outcomes
),

flights as (
    select
        identified.*,
        'bts_marketing' as source_system,
        known_codes.cancellation_code as known_cancellation_code,
        case when placeholders.tail_number is null then identified.tail_number end
            as known_tail_number
    from identified
    left join known_codes
        on identified.cancellation_code = known_codes.cancellation_code
    left join placeholders
        on identified.tail_number = placeholders.tail_number
),

ranges as (
    select
        {{ bounds_of_measures() }},
        'bts_marketing' as source_system
    from plausible_ranges
),

judged as (
    select
        {% for column in measured + causes -%}
        coalesce({{ is_impossible(column) }}, false) as has_impossible_{{ column }},
        {% endfor -%}
        flights.*
    from flights
    -- one row, joined by a column: an engine may write a cross join in a view in another way
    left join ranges
        on flights.source_system = ranges.source_system
)

select
    marketing_flight_id,
    marketing_carrier_code,
    marketing_carrier_dot_id,
    marketing_flight_number,
    scheduled_operating_carrier_code,
    operating_carrier_code,
    operating_carrier_dot_id,
    operating_flight_number,
    known_tail_number as tail_number,
    origin_airport_code,
    origin_airport_dot_id,
    destination_airport_code,
    destination_airport_dot_id,
    known_cancellation_code as cancellation_code,
    scheduled_departure_clock_minutes,
    departure_clock_minutes,
    arrival_clock_minutes,
    {% for column in measured -%}
    case when not has_impossible_{{ column }} then {{ column }} end as {{ column }},
    {% endfor -%}
    -- the causes divide the arrival delay among them: if one part or the whole is impossible, none
    -- can be relied on
    {% for column in causes -%}
    case when not ({{ contradictions | join(' or ') }}) then {{ column }} end as {{ column }},
    {% endfor -%}
    is_reported_cancelled,
    is_reported_diverted,
    has_duplicate_flag,
    flight_date,
    flight_month,
    _source_file,
    _source_partition,
    _source_row_number
from judged
