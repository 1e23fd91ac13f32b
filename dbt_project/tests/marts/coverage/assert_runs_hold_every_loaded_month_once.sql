-- Every month of flights is in exactly one run, every run is consecutive, and the flights of the
-- runs are all flights.

with months as (
    select
        flight_month,
        count(*) as scheduled_flights
    from {{ ref('fct_flights') }}
    group by flight_month
),

placed as (
    select
        months.flight_month,
        count(runs.first_month) as runs
    from months
    left join {{ ref('mart_source_coverage') }} as runs
        on months.flight_month between runs.first_month and runs.last_month
    group by months.flight_month
),

runs_together as (
    select
        coalesce(sum(month_count), 0) as months_of_runs,
        coalesce(sum(scheduled_flights), 0) as flights_of_runs,
        count(*) filter (where is_default_scope) as default_scopes
    from {{ ref('mart_source_coverage') }}
),

months_together as (
    select
        count(*) as loaded_months,
        coalesce(sum(scheduled_flights), 0) as scheduled_flights
    from months
)

select cast(flight_month as string) as contradiction
from placed
where runs <> 1

union all

select 'the months or flights of the runs are not those of fct_flights' as contradiction
from runs_together
cross join months_together
where
    runs_together.months_of_runs <> months_together.loaded_months
    or runs_together.flights_of_runs <> months_together.scheduled_flights
    or runs_together.default_scopes <> least(months_together.loaded_months, 1)
