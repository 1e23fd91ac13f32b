-- question: Which carriers lost the largest share of their flights, and why?
-- answer: Mesa, Endeavor and ExpressJet, all of them regional carriers: of their flights from New
-- York in 2013, one in 11, 18 and 19 never departed, against one in 138 for Delta. The embedded
-- data do not report cancellations, so those columns are 0 and this answer uses `never_departed`
-- instead. BTS months add the reasons.
-- chart: bars, label=carrier, value=lost_percent, unit=% of scheduled flights
with outcomes as (
    select
        carrier_code,
        sum(flights) as scheduled,
        sum(flights) filter (where is_cancelled) as cancelled,
        sum(flights) filter (where flight_outcome = 'cancelled_by_carrier') as by_carrier,
        sum(flights) filter (where flight_outcome = 'cancelled_by_weather') as by_weather,
        sum(flights) filter (where flight_outcome = 'never_departed') as never_departed
    from marts.mart_carrier_airport_month_cancellations
    semi join marts.mart_source_coverage
        on flight_month between scope_first_month and scope_last_month
    group by carrier_code
)

select
    carrier_code as carrier,
    scheduled,
    coalesce(cancelled, 0) as cancelled,
    coalesce(by_carrier, 0) as by_carrier,
    coalesce(by_weather, 0) as by_weather,
    coalesce(never_departed, 0) as never_departed,
    round(
        100.0 * (coalesce(cancelled, 0) + coalesce(never_departed, 0)) / nullif(scheduled, 0), 2
    ) as lost_percent
from outcomes
where scheduled >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by
    lost_percent desc,
    carrier
limit 15;
