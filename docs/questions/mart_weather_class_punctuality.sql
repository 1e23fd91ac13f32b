-- question: In which weather at the origin do most flights arrive an hour late or more?
-- answer: In heavy precipitation and in the strongest gusts: 34 and 38 % of the completed
-- flights, although only 38 flights met such gusts. In hours without precipitation, without gusts
-- or with 10 miles of visibility, the share is 7 to 9 %. With any measurable precipitation, at
-- most 48 % of the flights were on time, against 75 % without, and four times as many never
-- departed.
-- chart: bars, label=weather, value=percent_an_hour_late, unit=percent of completed flights
select
    weather_measure || ': ' || class_label as weather,
    sum(scheduled_flights) as scheduled_flights,
    round(100 * sum(on_time_arrivals) / nullif(sum(scheduled_flights), 0), 1) as percent_on_time,
    round(100 * sum(arrivals_60_minutes_late_or_more) / nullif(sum(completed_flights), 0), 1)
        as percent_an_hour_late,
    round(100 * sum(never_departed_flights) / nullif(sum(scheduled_flights), 0), 1) as percent_never_departed
from marts.mart_weather_class_punctuality
where weather_measure <> 'wind' and weather_class <> 'not_observed'
group by weather_measure, class_label, class_order
order by weather_measure, class_order;
