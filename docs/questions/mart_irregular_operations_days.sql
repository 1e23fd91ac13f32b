-- question: Which days brought an airport to a halt, and how long did it take to recover?
-- answer: The snowstorm of 8 and 9 February 2013 disrupted more than half of the departures at
-- all three New York airports. JFK was back to its usual punctuality only 53 hours after the
-- disruption began. The other severe days are a snowfall in March, storms in May and September,
-- and fog in December.
-- chart: bars, label=airport_and_day, value=recovery_hours, unit=hours until departures were as usual
select
    airport_code || ' ' || flight_date as airport_and_day,
    severity,
    scheduled_flights,
    disrupted_flights,
    round(100 * disrupted_share, 1) as disrupted_percent,
    recovery_hours,
    disruption_began_at_local,
    recovered_at_local,
    total_precipitation_inches as precipitation_inches,
    lowest_visibility_miles as visibility_miles
from marts.mart_irregular_operations_days
semi join marts.mart_source_coverage
    on date_trunc('month', flight_date) between scope_first_month and scope_last_month
where severity in ('severe', 'extreme')
order by
    disrupted_share desc,
    airport_and_day
limit 15;
