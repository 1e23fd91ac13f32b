-- Compares the loaded months by marketing carrier with figures that others published for the same
-- months. Only months of both tables of BTS are compared; without them there are no rows:
--
--     make ingest SOURCES=bts,bts_marketing MONTHS=2025-01 && make build
--     .venv/bin/dbt show --select published_network_figures --limit 50 --output json
--
-- It has not been run on the publisher's files, which could not be reached when it was written.
-- Every row should agree, except for small differences where a month was reissued.

{% set measures = [
    'scheduled_flights',
    'marketing_carriers',
    'operating_carriers',
    'reporting_only_flights',
    'marketing_only_flights',
    'flights_of_carriers_that_do_not_report',
    'cancelled_flights_of_reporting_carriers',
    'late_arrivals_of_reporting_carriers',
    'flights_scheduled_with_another_operator',
] %}

with figures as (
    select * from {{ ref('published_network_counts') }}
),

flights as (
    select * from {{ ref('fct_marketing_flights') }}
),

reconciliation as (
    select * from {{ ref('mart_operator_month_reconciliation') }}
),

monthly as (
    select
        flight_month,
        count(*) as scheduled_flights,
        count(distinct marketing_carrier_code) as marketing_carriers,
        count(distinct operating_carrier_code) as operating_carriers,
        count(scheduled_operating_carrier_code) as flights_scheduled_with_another_operator
    from flights
    group by flight_month
),

reconciled as (
    select
        flight_month,
        sum(reporting_only_flights) as reporting_only_flights,
        sum(marketing_only_flights) as marketing_only_flights,
        coalesce(sum(marketing_flights) filter (where not is_reporting_carrier), 0)
            as flights_of_carriers_that_do_not_report,
        coalesce(sum(marketing_cancelled_flights) filter (where is_reporting_carrier), 0)
            as cancelled_flights_of_reporting_carriers,
        coalesce(sum(marketing_late_arrivals) filter (where is_reporting_carrier), 0)
            as late_arrivals_of_reporting_carriers
    from reconciliation
    group by flight_month
),

counted as (
    select
        monthly.*,
        reconciled.reporting_only_flights,
        reconciled.marketing_only_flights,
        reconciled.flights_of_carriers_that_do_not_report,
        reconciled.cancelled_flights_of_reporting_carriers,
        reconciled.late_arrivals_of_reporting_carriers
    from monthly
    inner join reconciled
        on monthly.flight_month = reconciled.flight_month
),

loaded as (
    {% for measure in measures %}
    select
        flight_month,
        '{{ measure }}' as measure,
        cast({{ measure }} as double) as loaded_value
    from counted
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    figures.first_month,
    figures.measure,
    figures.published_value,
    loaded.loaded_value,
    loaded.loaded_value = figures.published_value as agrees,
    figures.source
from figures
inner join loaded
    on
        figures.first_month = loaded.flight_month
        and figures.last_month = loaded.flight_month
        and figures.measure = loaded.measure
order by
    figures.first_month,
    figures.measure
