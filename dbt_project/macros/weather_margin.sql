{# The days before and after a month of flights whose weather its flights can need: a flight is predicted
   on the evening before its date, from weather that may be some hours old and is compared with that
   of some hours earlier; dates are local, weather is in UTC, and zones differ from it by at most 14
   hours to the east and 12 to the west. #}
{% macro weather_margin_days() %}
    {% set old_minutes = var('known_weather_max_age_minutes') + var('weather_report_latency_minutes') %}
    {% set evening = 24 - var('prediction_evening_hour') %}
    {% set hours_before = [evening, var('prediction_hours_before_departure')] | max
        + 14 + old_minutes / 60 + var('weather_trend_hours') + 1 %}
    {{ return([days_of_hours(hours_before), days_of_hours(12 + 1)]) }}
{% endmacro %}
