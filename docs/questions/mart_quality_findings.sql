-- question: On which days did New York perform worst by its own standards?
-- answer: On 9 February, in the blizzard, 57.5 percent of the flights were not completed, where
-- one in a hundred was expected. On the day before it was half of them. The other days are storms
-- in spring, summer and December.
-- chart: bars, label=period_date, value=observed_percent, unit=percent of flights not completed
select
    period_date,
    round(100 * observed, 1) as observed_percent,
    round(100 * expected, 1) as expected_percent,
    severity
from marts.mart_quality_findings
where check_name = 'not_completed_rate' and period_type = 'day' and series_type = 'all'
order by observed desc, period_date
limit 10
