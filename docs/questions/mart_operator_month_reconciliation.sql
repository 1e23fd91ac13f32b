-- question: What does only one of the two tables of BTS hold, and where do they contradict each other?
-- answer: The embedded data cannot answer this: they have neither table. With the same months of
-- both loaded, this query counts the flights of each operator that one of them does not have, and
-- those on which the two filings differ.
-- chart: none
select
    operating_carrier_code as operator,
    bool_or(is_reporting_carrier) as reports_itself,
    sum(flights_in_both_tables) as in_both,
    sum(reporting_only_flights) as reporting_only,
    sum(marketing_only_flights) as marketing_only,
    sum(differently_cancelled_flights) as cancelled_in_one,
    sum(differently_late_arrivals) as late_in_one
from marts.mart_operator_month_reconciliation
group by operating_carrier_code
order by
    marketing_only desc,
    operator
limit 15;
