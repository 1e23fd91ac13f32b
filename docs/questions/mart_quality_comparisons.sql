-- question: Which Thursdays had an unusual number of flights?
-- answer: On 4 July and on Thanksgiving, 28 November, far fewer flights were scheduled than on
-- other Thursdays. The rest of the year hardly differs; the largest difference is on the last
-- Thursday of October.
-- chart: none
select
    period_date,
    observed as scheduled_flights,
    expected as expected_flights,
    round(robust_z, 1) as robust_deviations,
    is_near_federal_holiday
from marts.mart_quality_comparisons
where
    check_name = 'flight_volume'
    and period_type = 'day'
    and series_type = 'all'
    and isodow(period_date) = 4
order by abs(robust_z) desc, period_date
limit 8
