select
    subject_type,
    subject_code,
    format('{:02d}:00', scheduled_departure_hour) as departure_hour,
    scheduled_flights,
    on_time_flights / scheduled_flights as on_time_share,
    share_low(on_time_flights, scheduled_flights) as share_low,
    share_high(on_time_flights, scheduled_flights) as share_high
from subject_hours
order by subject_type, subject_code, scheduled_departure_hour
