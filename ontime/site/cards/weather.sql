select
    subject_type,
    subject_code,
    weather_measure || ': ' || class_label as weather,
    scheduled_flights,
    on_time_flights / scheduled_flights as on_time_share,
    share_low(on_time_flights, scheduled_flights) as share_low,
    share_high(on_time_flights, scheduled_flights) as share_high
from subject_weather
order by subject_type, subject_code, weather_measure, class_order
