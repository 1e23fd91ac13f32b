-- Compares the loaded BTS months, by reporting carrier, with figures that others published for the
-- same periods. Only periods with every month loaded are compared; without them there are no rows:
--
--     make ingest MONTHS=2014-06 && make build
--     .venv/bin/dbt show --select published_national_figures --limit 50 --output json
--
-- It has not been run on the publisher's files, which could not be reached when it was written.
-- Every row should agree, except for small differences where a month was reissued.

{% set causes = delay_causes() %}
{% set reasons = {'A': 'carrier', 'B': 'weather', 'C': 'national_air_system', 'D': 'security'} %}
{% set measures = [
    'scheduled_flights',
    'repeated_flights',
    'carriers',
    'diverted_flights_that_arrived',
    'late_arrivals',
    'cancelled_flights',
    'diverted_flights',
    'on_time_percent',
    'cancelled_percent',
] %}
{% for reason in reasons.values() %}
{% do measures.append('cancelled_by_' ~ reason ~ '_flights') %}
{% endfor %}
{% for cause in causes %}
{% do measures.append(cause ~ '_delayed_flights') %}
{% do measures.append(cause ~ '_delayed_percent') %}
{% do measures.append(cause ~ '_delay_minutes') %}
{% endfor %}

with figures as (
    select * from {{ ref('published_figures') }}
),

-- the rows of the files, as the publisher counts them
file_rows as (
    select
        data_month as flight_month,
        loaded_rows as scheduled_flights,
        repeated_rows as repeated_flights
    from {{ ref('mart_table_month_quality') }}
    where table_name = 'fct_flights'
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
        {% for code, reason in reasons.items() %}
        count(*) filter (where cancellation_code = '{{ code }}')
            as cancelled_by_{{ reason }}_flights,
        {% endfor %}
        flight_month,
        count(*) as kept_flights,
        count(*) filter (where is_on_time_arrival) as on_time_arrivals,
        count(*) filter (where is_completed and not is_on_time_arrival) as late_arrivals,
        count(*) filter (where is_cancelled) as cancelled_flights,
        count(*) filter (where is_diverted) as diverted_flights,
        count(*) filter (where is_diverted and arrival_at_utc is not null)
            as diverted_flights_that_arrived
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

period_carriers as (
    select
        periods.first_month,
        periods.last_month,
        count(distinct flights.carrier_code) as carriers
    from periods
    inner join flights
        on flights.flight_month between periods.first_month and periods.last_month
    group by periods.first_month, periods.last_month
),

added_up as (
    select
        {% for cause in causes %}
        sum(monthly.{{ cause }}_delayed_flights) as {{ cause }}_delayed_flights,
        100 * {{ share_of(
            'sum(monthly.' ~ cause ~ '_delayed_flights)', 'sum(monthly.kept_flights)'
        ) }} as {{ cause }}_delayed_percent,
        sum(monthly.{{ cause }}_delay_minutes) as {{ cause }}_delay_minutes,
        {% endfor %}
        periods.first_month,
        periods.last_month,
        {% for reason in reasons.values() %}
        sum(monthly.cancelled_by_{{ reason }}_flights) as cancelled_by_{{ reason }}_flights,
        {% endfor %}
        sum(file_rows.scheduled_flights) as scheduled_flights,
        sum(file_rows.repeated_flights) as repeated_flights,
        max(period_carriers.carriers) as carriers,
        sum(monthly.late_arrivals) as late_arrivals,
        sum(monthly.cancelled_flights) as cancelled_flights,
        sum(monthly.diverted_flights) as diverted_flights,
        sum(monthly.diverted_flights_that_arrived) as diverted_flights_that_arrived,
        100 * {{ share_of('sum(monthly.on_time_arrivals)', 'sum(monthly.kept_flights)') }}
            as on_time_percent,
        100 * {{ share_of('sum(monthly.cancelled_flights)', 'sum(monthly.kept_flights)') }}
            as cancelled_percent
    from periods
    inner join monthly
        on monthly.flight_month between periods.first_month and periods.last_month
    inner join file_rows
        on monthly.flight_month = file_rows.flight_month
    inner join period_carriers
        on
            periods.first_month = period_carriers.first_month
            and periods.last_month = period_carriers.last_month
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
