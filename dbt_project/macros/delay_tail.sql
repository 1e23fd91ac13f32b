{# The common table expressions that turn the CTE `flights` (rows of fct_flights) and the CTE
   `thresholds` (rows of int_delay_thresholds) into the CTE `tails`: one row per subject, calendar
   year and threshold. Each flight is read once; the rest works on counts.
   Arguments: subject, the columns that name one. #}
{% macro delay_tail_ctes(subject) -%}
{% set keys = subject | join(', ') %}
delays as (
    select
        {{ keys }},
        cast(extract(year from flight_date) as integer) as flight_year,
        case when is_completed then arrival_delay_minutes end as delay_minutes,
        count(*) as scheduled_flights,
        count(*) filter (where is_completed) as completed_flights,
        count(*) filter (where is_cancelled) as cancelled_flights,
        count(*) filter (where is_never_departed) as never_departed_flights
    from flights
    group by
        {{ keys }},
        cast(extract(year from flight_date) as integer),
        case when is_completed then arrival_delay_minutes end
),

subjects as (
    select
        {{ keys }},
        flight_year,
        sum(scheduled_flights) as scheduled_flights,
        sum(completed_flights) as completed_flights,
        sum(cancelled_flights) as cancelled_flights,
        sum(never_departed_flights) as never_departed_flights,
        coalesce(sum(scheduled_flights) filter (where delay_minutes is not null), 0)
            as timed_flights
    from delays
    group by {{ keys }}, flight_year
),

steps as (
    select
        {% for key in subject -%}
        delays.{{ key }},
        {% endfor -%}
        delays.flight_year,
        thresholds.at_least_minutes,
        sum(delays.scheduled_flights) as arrivals
    from delays
    inner join thresholds
        on
            delays.delay_minutes >= thresholds.at_least_minutes
            and (delays.delay_minutes < thresholds.below_minutes or thresholds.below_minutes is null)
    group by
        {% for key in subject -%}
        delays.{{ key }},
        {% endfor -%}
        delays.flight_year,
        thresholds.at_least_minutes
),

subjects_at_thresholds as (
    select
        subjects.*,
        thresholds.at_least_minutes
    from subjects
    cross join thresholds
),

tails as (
    select
        subjects_at_thresholds.*,
        -- from the top down: a flight late by one threshold is late by every lower one too
        coalesce(
            sum(steps.arrivals) over (
                partition by
                    {% for key in subject -%}
                    subjects_at_thresholds.{{ key }},
                    {% endfor -%}
                    subjects_at_thresholds.flight_year
                order by subjects_at_thresholds.at_least_minutes desc
                rows between unbounded preceding and current row
            ),
            0
        ) as arrivals_at_least_late
    from subjects_at_thresholds
    left join steps
        on
            {% for key in subject -%}
            subjects_at_thresholds.{{ key }} = steps.{{ key }}
            and {% endfor -%}
            subjects_at_thresholds.flight_year = steps.flight_year
            and subjects_at_thresholds.at_least_minutes = steps.at_least_minutes
)
{%- endmacro %}


{# The measures of a row of the CTE `tails` that `delay_tail_ctes` makes: counts first, then the
   shares, which apply to the row only. #}
{% macro delay_tail_measures() %}
    {% for name in [
        'scheduled_flights',
        'completed_flights',
        'timed_flights',
        'cancelled_flights',
        'never_departed_flights',
    ] -%}
    cast({{ name }} as integer) as {{ name }},
    {% endfor -%}
    cast(scheduled_flights - completed_flights as integer) as not_completed_flights,
    cast(arrivals_at_least_late as integer) as arrivals_at_least_late,
    {{ share_of('arrivals_at_least_late', 'timed_flights') }} as share_of_arrivals_at_least_late,
    {{ share_of(
        'arrivals_at_least_late + scheduled_flights - completed_flights', 'scheduled_flights'
    ) }} as share_of_scheduled_at_least_late_or_not_completed,
    {{ share_of('cancelled_flights + never_departed_flights', 'scheduled_flights') }}
        as share_of_scheduled_never_flown
{%- endmacro %}
