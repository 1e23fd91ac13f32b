-- The table of causes holds every flight once and every minute of delay once: month by month its
-- sums are those of the fact table, told there from the states and the delays alone.
{% set late = "flight_state = 'completed' and arrival_delay_minutes >= "
    ~ var('on_time_threshold_minutes') %}
{% set measures = ['flights', 'late', 'delay_minutes'] %}
{% for cause in delay_causes() %}
{% do measures.append(cause) %}
{% endfor %}

with months_of_flights as (
    select
        {% for cause in delay_causes() %}
        coalesce(sum(case when {{ late }} then {{ cause }}_delay_minutes end), 0) as {{ cause }},
        {% endfor %}
        count(*) as flights,
        sum(case when {{ late }} then 1 else 0 end) as late,
        coalesce(
            sum(
                case
                    when flight_state = 'completed' and arrival_delay_minutes > 0
                        then arrival_delay_minutes
                end
            ),
            0
        ) as delay_minutes,
        flight_month
    from {{ ref('fct_flights') }}
    group by flight_month
),

months_of_causes as (
    select
        {% for cause in delay_causes() %}
        sum({{ cause }}_delay_minutes) as {{ cause }},
        {% endfor %}
        sum(scheduled_flights) as flights,
        sum(late_arrivals) as late,
        sum(total_arrival_delay_minutes) as delay_minutes,
        flight_month
    from {{ ref('mart_carrier_airport_month_delay_causes') }}
    group by flight_month
)

select
    {% for measure in measures %}
    months_of_causes.{{ measure }} - months_of_flights.{{ measure }} as {{ measure }}_too_many,
    {% endfor %}
    coalesce(months_of_causes.flight_month, months_of_flights.flight_month) as flight_month
from months_of_causes
full join months_of_flights
    on months_of_causes.flight_month = months_of_flights.flight_month
where
    false
    {% for measure in measures %}
    or months_of_causes.{{ measure }} is distinct from months_of_flights.{{ measure }}
    {% endfor %}
