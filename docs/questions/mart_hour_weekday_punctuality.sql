-- question: At which hour and on which weekday does a departure most often wait an hour or longer?
-- answer: On Thursdays at nine in the evening, when 21.6 % of the departures are an hour late or
-- more. The ten worst hours are all evening hours, from seven on, on a Monday, Thursday or
-- Friday.
-- chart: heat, x=scheduled_departure_hour, y=weekday, value=percent_an_hour_late, unit=percent of departed flights
select
    case iso_weekday
        when 1 then 'Monday' when 2 then 'Tuesday' when 3 then 'Wednesday' when 4 then 'Thursday'
        when 5 then 'Friday' when 6 then 'Saturday' else 'Sunday'
    end as weekday,
    scheduled_departure_hour,
    departed_flights,
    round(100 * departures_60_minutes_late_or_more / nullif(departed_flights, 0), 1) as percent_an_hour_late
from marts.mart_hour_weekday_punctuality
where scheduled_flights >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by percent_an_hour_late desc, iso_weekday, scheduled_departure_hour
limit 10;

-- chart query:
select
    case iso_weekday
        when 1 then 'Monday' when 2 then 'Tuesday' when 3 then 'Wednesday' when 4 then 'Thursday'
        when 5 then 'Friday' when 6 then 'Saturday' else 'Sunday'
    end as weekday,
    scheduled_departure_hour,
    round(100 * departures_60_minutes_late_or_more / nullif(departed_flights, 0), 1) as percent_an_hour_late
from marts.mart_hour_weekday_punctuality
where scheduled_flights >= (select max(ranking_minimum_flights) from marts.mart_source_coverage)
order by iso_weekday, scheduled_departure_hour;
