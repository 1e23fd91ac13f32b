-- question: Which flights were chronically delayed for three months in a row or longer?
-- answer: Five, all scheduled to leave shortly after seven in the evening. ExpressJet's 4131 from
-- Newark to Richmond was chronically delayed for four months, April to July 2013; a fifth month
-- would have made it an unfair practice. The embedded data do not report cancellations, so
-- flights that never departed are counted instead.
-- chart: bars, label=flight, value=late_percent, unit=% late or not flown in the last month
with last_months as (
    select
        *,
        row_number() over (
            partition by carrier_code, flight_number, origin_airport_code, destination_airport_code
            order by flight_month desc
        ) as months_back
    from marts.mart_chronically_delayed_flights
    where consecutive_months >= 3
)

select
    carrier_code || ' ' || flight_number || ' ' || origin_airport_code || '-'
    || destination_airport_code as flight,
    strftime(flight_month, '%Y-%m') as month,
    consecutive_months,
    printf('%02d:%02d', usual_departure_minutes // 60, usual_departure_minutes % 60) as departs,
    scheduled_flights,
    late_completed_flights as late,
    cancelled_flights as cancelled,
    never_departed_flights as never_departed,
    round(100 * late_or_cancelled_share, 1) as late_percent
from last_months
where months_back = 1
order by
    consecutive_months desc,
    late_percent desc,
    flight
limit 15;
