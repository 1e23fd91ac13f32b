-- Whoever arrives at least so late is also at least less late: from one threshold to the next above
-- it no count of arrivals and no share grows, and the flights counted stay the same.
{% set tables = {
    'mart_carrier_year_delay_tail': ['carrier_code'],
    'mart_route_year_delay_tail': ['origin_airport_code', 'destination_airport_code'],
    'mart_hour_year_delay_tail': ['scheduled_departure_hour'],
} %}
{% for subject_table, keys in tables.items() %}
select
    '{{ subject_table }}' as subject_table,
    lower_threshold.at_least_minutes,
    lower_threshold.arrivals_at_least_late,
    higher_threshold.arrivals_at_least_late as arrivals_above
from {{ ref(subject_table) }} as lower_threshold
inner join {{ ref(subject_table) }} as higher_threshold
    on
        lower_threshold.flight_year = higher_threshold.flight_year
        and lower_threshold.at_least_minutes < higher_threshold.at_least_minutes
        {% for key in keys -%}
        and lower_threshold.{{ key }} = higher_threshold.{{ key }}
        {% endfor %}
where
    lower_threshold.arrivals_at_least_late < higher_threshold.arrivals_at_least_late
    or coalesce(
        lower_threshold.share_of_arrivals_at_least_late
        < higher_threshold.share_of_arrivals_at_least_late,
        false
    )
    or lower_threshold.share_of_scheduled_at_least_late_or_not_completed
    < higher_threshold.share_of_scheduled_at_least_late_or_not_completed
    or lower_threshold.scheduled_flights <> higher_threshold.scheduled_flights
    or lower_threshold.timed_flights <> higher_threshold.timed_flights
    or lower_threshold.not_completed_flights <> higher_threshold.not_completed_flights
{{ "union all" if not loop.last }}
{% endfor %}
