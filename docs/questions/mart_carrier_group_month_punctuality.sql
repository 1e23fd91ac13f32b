-- question: How punctual are American, Southwest and Alaska with the carriers that have merged into them?
-- answer: American, at 78.6 %, changes little with US Airways, which was about as punctual.
-- Southwest falls from 72.9 to 71.0 % with AirTran. Alaska falls from 84.7 to 81.1 % with Virgin
-- America, which had seven times as many flights from New York.
-- chart: bars, label=carrier, value=percent_on_time, unit=percent of scheduled flights
with groups as (
    select
        current_group_code,
        string_agg(distinct reported_carrier_codes, ', ') as reported_carrier_codes,
        sum(scheduled_flights) as scheduled_flights,
        sum(on_time_arrivals) as on_time_arrivals
    from marts.mart_carrier_group_month_punctuality
    semi join marts.mart_source_coverage
        on flight_month between scope_first_month and scope_last_month
    group by current_group_code
    having max(reported_carrier_count) > 1
),

as_reported as (
    select
        carriers.current_group_code,
        punctuality.carrier_code,
        sum(punctuality.scheduled_flights) as scheduled_flights,
        sum(punctuality.on_time_arrivals) as on_time_arrivals
    from marts.mart_carrier_month_punctuality as punctuality
    inner join marts.dim_carriers as carriers
        on
            punctuality.carrier_code = carriers.carrier_code
            and punctuality.flight_month >= carriers.valid_from_date
            and punctuality.flight_month <= coalesce(carriers.valid_to_date, date '9999-12-31')
    group by carriers.current_group_code, punctuality.carrier_code
)

select
    current_group_code || ' rolled up (' || reported_carrier_codes || ')' as carrier,
    scheduled_flights,
    round(100 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as percent_on_time
from groups
union all
select
    as_reported.current_group_code || ' as reported: ' || as_reported.carrier_code as carrier,
    as_reported.scheduled_flights,
    round(100 * as_reported.on_time_arrivals / nullif(as_reported.scheduled_flights, 0), 1) as percent_on_time
from as_reported
inner join groups
    on as_reported.current_group_code = groups.current_group_code
order by carrier;
