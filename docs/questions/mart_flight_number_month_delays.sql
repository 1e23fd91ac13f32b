-- question: What share of each carrier's regular flights is chronically delayed?
-- answer: ExpressJet stands out. It operated 1,995 flights ten times a month or more from New
-- York in 2013; 243 of them were more than half an hour late, or not flown, more than half of the
-- time. For American it was 5 of 1,144. Mesa's share rests on only 24 flights.
-- chart: bars, label=carrier, value=chronic_percent, unit=% of its regular flights and months
select
    carrier_code as carrier,
    count(*) as regular_flights,
    count(*) filter (where is_chronically_delayed) as chronically_delayed,
    round(100.0 * count(*) filter (where is_chronically_delayed) / count(*), 1) as chronic_percent
from marts.mart_flight_number_month_delays
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
where has_enough_flights
group by carrier_code
order by
    chronic_percent desc,
    carrier
limit 15;
