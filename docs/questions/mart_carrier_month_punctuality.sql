-- question: How far apart are a carrier's best and its worst month?
-- answer: Among the ten largest carriers, the gap is 27 or 28 points for Southwest, Endeavor
-- (Pinnacle until July), ExpressJet, JetBlue and Virgin America, and 14 for American. The best
-- month is September or October for every carrier except Virgin America, whose best month is
-- January. The worst month is December, July or June.
-- chart: lines, x=flight_month, y=percent_on_time, series=carrier_code, unit=percent of scheduled flights
with months as (
    select
        carrier_code,
        flight_month,
        scheduled_flights,
        round(100 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as percent_on_time
    from marts.mart_carrier_month_punctuality
    semi join marts.mart_source_coverage
        on flight_month between scope_first_month and scope_last_month
)

select
    carrier_code,
    max(percent_on_time) as best_month_percent,
    strftime(max_by(flight_month, percent_on_time), '%Y-%m') as best_month,
    min(percent_on_time) as worst_month_percent,
    strftime(min_by(flight_month, percent_on_time), '%Y-%m') as worst_month,
    round(max(percent_on_time) - min(percent_on_time), 1) as points_apart
from months
group by carrier_code
having carrier_code in (
    select subject_code from marts.mart_default_scope_shares
    where subject_type = 'carrier' and share_name = 'arrived_on_time'
    order by scheduled_flights desc, subject_code
    limit 10
)
order by points_apart desc, carrier_code;

-- chart query:
select
    carrier_code,
    flight_month,
    round(100 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as percent_on_time
from marts.mart_carrier_month_punctuality
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
where carrier_code in ('B6', 'DL', 'EV', 'UA', 'US')
order by carrier_code, flight_month;
