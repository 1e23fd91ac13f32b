-- At each threshold and in each year, the arrivals of all carriers, of all routes and of all hours
-- are the completed flights that were at least so late, and the flights all that were scheduled.
{% set tables = [
    'mart_carrier_year_delay_tail', 'mart_route_year_delay_tail', 'mart_hour_year_delay_tail',
] %}

with years as (

    select
        year(flights.flight_date) as flight_year,
        thresholds.at_least_minutes,
        count(*) as scheduled_flights,
        sum(case when flights.flight_state <> 'completed' then 1 else 0 end)
            as not_completed_flights,
        sum(case when flights.flight_state = 'cancelled' then 1 else 0 end) as cancelled_flights,
        sum(case when flights.flight_state = 'never_departed' then 1 else 0 end)
            as never_departed_flights,
        sum(
            case
                when
                    flights.flight_state = 'completed'
                    and flights.arrival_delay_minutes >= thresholds.at_least_minutes
                    then 1
                else 0
            end
        ) as arrivals_at_least_late
    from {{ ref('fct_flights') }} as flights
    cross join {{ ref('delay_thresholds') }} as thresholds
    where {{ in_untested_months(
        'mart_carrier_year_delay_tail', "cast(date_trunc('year', flights.flight_date) as date)"
    ) }}
    group by year(flights.flight_date), thresholds.at_least_minutes

),

{% for subject_table in tables %}
of_{{ subject_table }} as (

    select
        flight_year,
        at_least_minutes,
        sum(scheduled_flights) as scheduled_flights,
        sum(not_completed_flights) as not_completed_flights,
        sum(cancelled_flights) as cancelled_flights,
        sum(never_departed_flights) as never_departed_flights,
        sum(arrivals_at_least_late) as arrivals_at_least_late
    from {{ ref(subject_table) }}
    where {{ in_untested_months('mart_carrier_year_delay_tail') }}
    group by flight_year, at_least_minutes

){{ "," if not loop.last }}
{% endfor %}

{% for subject_table in tables %}
select
    '{{ subject_table }}' as subject_table,
    years.flight_year,
    years.at_least_minutes,
    years.arrivals_at_least_late,
    tails.arrivals_at_least_late as arrivals_of_subjects
from years
full join of_{{ subject_table }} as tails
    on
        years.flight_year = tails.flight_year
        and years.at_least_minutes = tails.at_least_minutes
where
    years.scheduled_flights is distinct from tails.scheduled_flights
    or years.not_completed_flights is distinct from tails.not_completed_flights
    or years.cancelled_flights is distinct from tails.cancelled_flights
    or years.never_departed_flights is distinct from tails.never_departed_flights
    or years.arrivals_at_least_late is distinct from tails.arrivals_at_least_late
{{ "union all" if not loop.last }}
{% endfor %}
