-- a view, so that a build publishes the results of its own tests, which are known only after its
-- tables are built (dbt_project.yml)

with loaded as (
    select * from {{ ref('int_table_month_rows') }}
),

series_days as (
    select * from {{ ref('mart_series_day_measures') }}
    where series_type = 'all'
),

weather_months as (
    select * from {{ ref('int_weather_month_rows') }}
),

quality_findings as (
    select * from {{ ref('mart_quality_findings') }}
),

table_tests as (
    select * from {{ ref('mart_table_tests') }}
),

flights as (
    select
        'fct_flights' as table_name,
        flight_month as data_month,
        sum(scheduled_flights) as published_rows,
        sum(scheduled_flights - flights_without_known_weather) as known_weather_rows,
        sum(scheduled_flights - flights_without_hour_weather) as hour_weather_rows,
        sum(scheduled_flights - flights_without_aircraft) as aircraft_rows,
        sum(scheduled_flights - flights_without_known_carrier) as known_carrier_rows,
        sum(scheduled_flights - flights_without_scheduled_instants) as scheduled_instant_rows
    from series_days
    group by flight_month
),

observations as (
    select
        'fct_weather_observations' as table_name,
        observed_month as data_month,
        sum(observation_count) as published_rows
    from weather_months
    group by observed_month
),

published as (
    select * from flights
    union all
    select
        table_name,
        data_month,
        published_rows,
        cast(null as bigint) as known_weather_rows,
        cast(null as bigint) as hour_weather_rows,
        cast(null as bigint) as aircraft_rows,
        cast(null as bigint) as known_carrier_rows,
        cast(null as bigint) as scheduled_instant_rows
    from observations
),

findings as (
    select
        table_name,
        count(*) filter (where severity = 'error') as error_findings,
        count(*) filter (where severity = 'warning') as warning_findings,
        count(*) filter (where severity = 'notice') as notice_findings,
        period_month
    from quality_findings
    group by table_name, period_month
),

tests as (
    select
        table_name,
        count(*) as tests,
        count(*) filter (where status = 'pass') as pass_tests,
        count(*) filter (where status = 'warn') as warn_tests,
        count(*) filter (where status not in ('pass', 'warn')) as failed_tests
    from table_tests
    group by table_name
)

select
    loaded.table_name,
    case
        when findings.error_findings > 0 or tests.failed_tests > 0 then 'C'
        when
            findings.warning_findings > 0
            or tests.warn_tests > 0
            or loaded.quarantined_rows > 0
            or not loaded.has_every_quarantined_row
            then 'B'
        else 'A'
    end as trust_grade,
    case
        when loaded.has_every_quarantined_row then loaded.loaded_rows + loaded.quarantined_rows
    end as rows_in_files,
    case when loaded.has_every_quarantined_row then loaded.quarantined_rows end
        as quarantined_rows,
    loaded.loaded_rows,
    loaded.superseded_rows,
    loaded.repeated_rows,
    loaded.unused_rows,
    cast(coalesce(published.published_rows, 0) as bigint) as published_rows,
    loaded.impossible_values,
    cast(published.known_weather_rows as bigint) as known_weather_rows,
    cast(published.hour_weather_rows as bigint) as hour_weather_rows,
    cast(published.aircraft_rows as bigint) as aircraft_rows,
    cast(published.known_carrier_rows as bigint) as known_carrier_rows,
    cast(published.scheduled_instant_rows as bigint) as scheduled_instant_rows,
    {% for severity in ['error', 'warning', 'notice'] -%}
    cast(coalesce(findings.{{ severity }}_findings, 0) as integer) as {{ severity }}_findings,
    {% endfor -%}
    {% for count in ['tests', 'pass_tests', 'warn_tests', 'failed_tests'] -%}
    cast(coalesce(tests.{{ count }}, 0) as integer) as table_{{ count }},
    {% endfor -%}
    loaded.data_month
from loaded
left join published
    on loaded.table_name = published.table_name and loaded.data_month = published.data_month
left join findings
    on loaded.table_name = findings.table_name and loaded.data_month = findings.period_month
left join tests
    on loaded.table_name = tests.table_name
