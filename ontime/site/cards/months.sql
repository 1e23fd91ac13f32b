select
    months.subject_type,
    months.subject_code,
    months.flight_month,
    months.scheduled_flights,
    on_time_of(months.subject_type, months.on_time_arrivals, months.on_time_departures)
    / months.scheduled_flights as on_time_share,
    share_low(
        on_time_of(months.subject_type, months.on_time_arrivals, months.on_time_departures),
        months.scheduled_flights
    ) as share_low,
    share_high(
        on_time_of(months.subject_type, months.on_time_arrivals, months.on_time_departures),
        months.scheduled_flights
    ) as share_high,
    on_time_of(months.subject_type, network.on_time_arrivals, network.on_time_departures)
    / network.scheduled_flights as network_share
from subject_months as months
inner join subject_months as network
    on network.subject_type = 'network' and months.flight_month = network.flight_month
order by months.subject_type, months.subject_code, months.flight_month
