-- Compares the loaded BTS months with the publisher's printed figures for the same periods. Only
-- periods with every month loaded are compared; without them there are no rows:
--
--     make ingest MONTHS=2014-06 && make build
--     .venv/bin/dbt show --select published_national_figures --limit 50 --output json
--
-- It has not been run on the publisher's files, which could not be reached when it was written.
-- Every row should agree, except for small differences where a month was reissued.

{% set causes = delay_causes() %}
{% set measures = [
    'scheduled_flights',
    'late_arrivals',
    'cancelled_flights',
    'diverted_flights',
    'on_time_percent',
    'cancelled_percent',
] %}
{% for cause in causes %}
{% do measures.append(cause ~ '_delayed_flights') %}
{% do measures.append(cause ~ '_delayed_percent') %}
{% do measures.append(cause ~ '_delay_minutes') %}
{% endfor %}

with figures as (
    select * from {{ ref('published_figures') }}
),

flights as (
    select * from {{ ref('fct_flights') }}
    where source_system = 'bts'
),

monthly as (
    select
        {% for cause in causes %}
        {{ late_arrivals_by_cause(cause) }} as {{ cause }}_delayed_flights,
        sum({{ cause }}_delay_minutes) as {{ cause }}_delay_minutes,
        {% endfor %}
        flight_month,
        count(*) as scheduled_flights,
        count(*) filter (where is_on_time_arrival) as on_time_arrivals,
        count(*) filter (where is_completed and not is_on_time_arrival) as late_arrivals,
        count(*) filter (where is_cancelled) as cancelled_flights,
        count(*) filter (where is_diverted) as diverted_flights
    from flights
    group by flight_month
),

periods as (
    select distinct
        first_month,
        last_month,
        12 * (year(last_month) - year(first_month)) + month(last_month) - month(first_month) + 1
            as month_count
    from figures
),

added_up as (
    select
        {% for cause in causes %}
        sum(monthly.{{ cause }}_delayed_flights) as {{ cause }}_delayed_flights,
        100 * {{ share_of(
            'sum(monthly.' ~ cause ~ '_delayed_flights)', 'sum(monthly.scheduled_flights)'
        ) }} as {{ cause }}_delayed_percent,
        sum(monthly.{{ cause }}_delay_minutes) as {{ cause }}_delay_minutes,
        {% endfor %}
        periods.first_month,
        periods.last_month,
        sum(monthly.scheduled_flights) as scheduled_flights,
        sum(monthly.late_arrivals) as late_arrivals,
        sum(monthly.cancelled_flights) as cancelled_flights,
        sum(monthly.diverted_flights) as diverted_flights,
        100 * {{ share_of('sum(monthly.on_time_arrivals)', 'sum(monthly.scheduled_flights)') }}
            as on_time_percent,
        100 * {{ share_of('sum(monthly.cancelled_flights)', 'sum(monthly.scheduled_flights)') }}
            as cancelled_percent
    from periods
    inner join monthly
        on monthly.flight_month between periods.first_month and periods.last_month
    group by
        periods.first_month,
        periods.last_month,
        periods.month_count
    having count(*) = periods.month_count
),

loaded as (
    {% for measure in measures %}
    select
        first_month,
        last_month,
        '{{ measure }}' as measure,
        cast({{ measure }} as double) as loaded_value
    from added_up
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select
    figures.first_month,
    figures.last_month,
    figures.measure,
    figures.published_value,
    round(loaded.loaded_value, figures.published_decimals) as loaded_value,
    round(loaded.loaded_value, figures.published_decimals) = figures.published_value as agrees,
    figures.source
from figures
inner join loaded
    on
        figures.first_month = loaded.first_month
        and figures.last_month = loaded.last_month
        and figures.measure = loaded.measure
order by
    figures.first_month,
    figures.measure
