-- question: What do the flights cover, and which part do the answers use?
-- answer: The embedded data are one run of twelve months from one source, so this run is the
-- default scope: departures from three airports, without cancellations, causes or taxi times. A
-- carrier, airport or route is ranked if it has 365 scheduled flights or more.
-- chart: none
select
    source_system,
    strftime(first_month, '%Y-%m') as first_month,
    strftime(last_month, '%Y-%m') as last_month,
    month_count,
    origin_airports,
    scheduled_flights,
    has_cancellations,
    is_default_scope,
    ranking_minimum_flights
from marts.mart_source_coverage
order by first_month;
