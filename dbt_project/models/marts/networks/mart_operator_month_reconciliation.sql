-- Pairs the flights of two filings only to count them: nothing of one table gets into the other.

{{ config(materialized='monthly') }}

{% set late = is_late('arrival_delay_minutes', var('on_time_threshold_minutes')) %}
{% set is_late_arrival = 'is_completed and ' ~ late %}

with reporting_flights as (
    select * from {{ ref('fct_flights') }}
    where {{ months_built('flight_month') }} and source_system = 'bts'
),

marketing_flights as (
    select * from {{ ref('fct_marketing_flights') }}
    where {{ months_built('flight_month') }}
),

-- a number may fly a leg twice on a day
reporting as (
    select
        flight_month,
        flight_date,
        carrier_code,
        flight_number,
        origin_airport_code,
        destination_airport_code,
        is_cancelled,
        coalesce({{ is_late_arrival }}, false) as is_late,
        row_number() over (
            partition by
                flight_month, flight_date, carrier_code, flight_number,
                origin_airport_code, destination_airport_code
            order by scheduled_departure_at_local asc, flight_id asc
        ) as occurrence
    from reporting_flights
),

marketing as (
    select
        flight_month,
        flight_date,
        operating_carrier_code,
        operating_flight_number,
        origin_airport_code,
        destination_airport_code,
        is_cancelled,
        coalesce({{ is_late_arrival }}, false) as is_late,
        coalesce(marketing_flight_number <> operating_flight_number, false) as has_other_number,
        row_number() over (
            partition by
                flight_month, flight_date, operating_carrier_code, operating_flight_number,
                origin_airport_code, destination_airport_code
            order by scheduled_departure_at_local asc, marketing_flight_id asc
        ) as occurrence
    from marketing_flights
),

-- a month of one table alone can be compared with nothing
months as (
    select flight_month from reporting
    intersect
    select flight_month from marketing
),

paired as (
    select
        coalesce(reporting.carrier_code, marketing.operating_carrier_code)
            as operating_carrier_code,
        coalesce(reporting.flight_month, marketing.flight_month) as flight_month,
        reporting.carrier_code is not null as is_in_reporting,
        marketing.operating_carrier_code is not null as is_in_marketing,
        reporting.is_cancelled as is_cancelled_in_reporting,
        marketing.is_cancelled as is_cancelled_in_marketing,
        reporting.is_late as is_late_in_reporting,
        marketing.is_late as is_late_in_marketing,
        marketing.has_other_number
    from reporting
    full join marketing
        on
            reporting.flight_month = marketing.flight_month
            and reporting.flight_date = marketing.flight_date
            and reporting.carrier_code = marketing.operating_carrier_code
            and reporting.flight_number = marketing.operating_flight_number
            and reporting.origin_airport_code = marketing.origin_airport_code
            and reporting.destination_airport_code = marketing.destination_airport_code
            and reporting.occurrence = marketing.occurrence
),

compared as (
    select paired.*
    from paired
    inner join months
        on paired.flight_month = months.flight_month
)

select
    operating_carrier_code,
    flight_month,
    {% for name, condition in [
        ('reporting_flights', 'is_in_reporting'),
        ('marketing_flights', 'is_in_marketing'),
        ('flights_in_both_tables', 'is_in_reporting and is_in_marketing'),
        ('reporting_only_flights', 'is_in_reporting and not is_in_marketing'),
        ('marketing_only_flights', 'is_in_marketing and not is_in_reporting'),
        ('reporting_cancelled_flights', 'is_cancelled_in_reporting'),
        ('marketing_cancelled_flights', 'is_cancelled_in_marketing'),
        ('differently_cancelled_flights', 'is_cancelled_in_reporting <> is_cancelled_in_marketing'),
        ('reporting_late_arrivals', 'is_late_in_reporting'),
        ('marketing_late_arrivals', 'is_late_in_marketing'),
        ('differently_late_arrivals', 'is_late_in_reporting <> is_late_in_marketing'),
        ('differently_numbered_flights', 'has_other_number'),
    ] -%}
    cast(count(*) filter (where {{ condition }}) as integer) as {{ name }},
    {% endfor -%}
    count(*) filter (where is_in_reporting) > 0 as is_reporting_carrier
from compared
group by operating_carrier_code, flight_month
