"""The weather of an hour, and the weather that was already known when a flight was due to leave."""

from tests.golden import independent as files
from tests.golden.record import Golden

RECORDS = [
    Golden(
        fact="26,115 hours of weather were observed at the three airports",
        known=[("EWR", 8703, 8703), ("JFK", 8706, 8706), ("LGA", 8706, 8706)],
        sql="""
            select airport_code, count(*), count(distinct weather_observation_id)
            from marts.fct_weather_observations
            group by all
            order by all
        """,
        independent=lambda: [
            (airport, len(files.weather_hours(airport)), len(set(files.weather_hours(airport))))
            for airport in ("EWR", "JFK", "LGA")
        ],
    ),
    Golden(
        fact="the weather runs from 1 January 06:00 to 30 December 23:00 in UTC",
        known=[("2013-01-01 06:00:00", "2013-12-30 23:00:00")],
        sql="""
            select
                cast(min(observed_hour_at_utc) as varchar),
                cast(max(observed_hour_at_utc) as varchar)
            from marts.fct_weather_observations
        """,
        independent=lambda: [
            (
                files.utc(min(row.hour for row in files.weather().values())),
                files.utc(max(row.hour for row in files.weather().values())),
            )
        ],
    ),
    Golden(
        fact="every observation is known an hour after the hour that it describes",
        known=[(26115, 1566900)],
        sql="""
            select count(*), sum(date_diff('minute', observed_hour_at_utc, known_at_utc))
            from marts.fct_weather_observations
        """,
        independent=lambda: [
            (
                len(files.weather()),
                sum(
                    files.minutes(files.known_at(row) - row.hour)
                    for row in files.weather().values()
                ),
            )
        ],
    ),
    Golden(
        fact="one clock hour of 3 November happened twice at each airport",
        known=[
            ("EWR", "2013-11-03 01:00:00", 2),
            ("JFK", "2013-11-03 01:00:00", 2),
            ("LGA", "2013-11-03 01:00:00", 2),
        ],
        sql="""
            select airport_code, cast(observed_hour_at_local as varchar), count(*)
            from marts.fct_weather_observations
            group by all
            having count(*) > 1
            order by all
        """,
        independent=lambda: [
            (airport, on_the_clock, occurs)
            for (airport, on_the_clock), occurs in files.counted(
                (row.airport, files.on_the_clock(row.hour, row.airport) or "")
                for row in files.weather().values()
            )
            if occurs > 1
        ],
    ),
    Golden(
        fact="the wind of 1,048 miles an hour at Newark is set aside, the rest of its hour kept",
        known=[(39.02, None, 10.0)],
        sql="""
            select temperature_fahrenheit, wind_speed_miles_per_hour, visibility_miles
            from marts.fct_weather_observations
            where
                airport_code = 'EWR' and observed_hour_at_utc = timestamp '2013-02-12 08:00:00'
        """,
        independent=lambda: [
            (row.temperature, row.wind_speed, row.visibility)
            for row in files.weather().values()
            if (row.airport, files.utc(row.hour)) == ("EWR", "2013-02-12 08:00:00")
        ],
    ),
    Golden(
        fact="the strongest wind left is of 43 miles an hour, and five hours have none",
        known=[(42.57886, 5)],
        sql="""
            select
                max(wind_speed_miles_per_hour),
                count_if(wind_speed_miles_per_hour is null)
            from marts.fct_weather_observations
        """,
        independent=lambda: [
            (
                max(row.wind_speed or 0.0 for row in files.weather().values()),
                sum(row.wind_speed is None for row in files.weather().values()),
            )
        ],
    ),
    Golden(
        fact="the year's coldest and hottest hours",
        known=[(10.94, 100.04)],
        sql="""
            select min(temperature_fahrenheit), max(temperature_fahrenheit)
            from marts.fct_weather_observations
        """,
        independent=lambda: [
            (
                min(files.present(row.temperature for row in files.weather().values())),
                max(files.present(row.temperature for row in files.weather().values())),
            )
        ],
    ),
    Golden(
        fact="335,220 flights find the weather of the hour in which they were due to leave",
        known=[("EWR", 120193), ("JFK", 110733), ("LGA", 104294)],
        sql="""
            select origin_airport_code, count(*)
            from marts.fct_flights
            where has_hour_weather_match
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.origin
            for flight in files.flights()
            if files.weather_of_the_hour(flight) is not None
        ),
    ),
    Golden(
        fact="335,983 flights find weather that was known when they were due to leave",
        known=[("EWR", 120564), ("JFK", 110980), ("LGA", 104439)],
        sql="""
            select origin_airport_code, count(*)
            from marts.fct_flights
            where has_known_weather_match
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.origin
            for flight in files.flights()
            if files.last_known_weather(flight) is not None
        ),
    ),
    Golden(
        fact="the weather ends a day before the flights do, so the last day knows none",
        known=[("2013-10-25", 1), ("2013-11-02", 3), ("2013-12-30", 13), ("2013-12-31", 776)],
        sql="""
            select cast(flight_date as varchar), count(*)
            from marts.fct_flights
            where not has_known_weather_match
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.day for flight in files.flights() if files.last_known_weather(flight) is None
        ),
    ),
    Golden(
        fact="known weather is never from the future and never over three hours old",
        known=[(0, 180, 8850471)],
        sql="""
            select
                min(known_weather_age_minutes),
                max(known_weather_age_minutes),
                sum(known_weather_age_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                min(files.known_weather_ages()),
                max(files.known_weather_ages()),
                sum(files.known_weather_ages()),
            )
        ],
    ),
    Golden(
        fact="every flight's known weather is of its own airport and as old as it says",
        known=[(335983, 8850471)],
        sql="""
            select
                count(*),
                sum(
                    date_diff(
                        'minute',
                        fct_weather_observations.known_at_utc,
                        fct_flights.scheduled_departure_at_utc
                    )
                )
            from marts.fct_flights
            inner join marts.fct_weather_observations
                on
                    fct_flights.known_weather_observation_id
                    = fct_weather_observations.weather_observation_id
                    and fct_flights.origin_airport_code = fct_weather_observations.airport_code
        """,
        independent=lambda: [(len(files.known_weather_ages()), sum(files.known_weather_ages()))],
    ),
    Golden(
        fact="a flight due out on the hour knows the hour that has just ended",
        known=60505,
        sql="select count(*) from marts.fct_flights where known_weather_age_minutes = 0",
        independent=lambda: files.known_weather_ages().count(0),
    ),
    Golden(
        fact="weather known for exactly three hours still counts, for one flight",
        known=[("2013-12-30-B6-985-JFK-RDU-2200", "JFK", "2013-12-30 23:00:00")],
        sql="""
            select
                fct_flights.flight_id,
                fct_weather_observations.airport_code,
                cast(fct_weather_observations.observed_hour_at_utc as varchar)
            from marts.fct_flights
            inner join marts.fct_weather_observations
                on
                    fct_flights.known_weather_observation_id
                    = fct_weather_observations.weather_observation_id
            where fct_flights.known_weather_age_minutes = 180
        """,
        independent=lambda: [
            (flight.identity, known.airport, files.utc(known.hour))
            for flight, known in files.flights_with_known_weather()
            if files.weather_age(flight, known) == 180
        ],
    ),
    Golden(
        fact="United 1545 on 1 January knew the weather of 09:00 and left in that of 10:00",
        known=[("2013-01-01 09:00:00", 15, "2013-01-01 10:00:00", 39.92, 39.02)],
        sql="""
            select
                cast(known.observed_hour_at_utc as varchar),
                fct_flights.known_weather_age_minutes,
                cast(of_the_hour.observed_hour_at_utc as varchar),
                fct_flights.known_weather_temperature_fahrenheit,
                fct_flights.hour_weather_temperature_fahrenheit
            from marts.fct_flights
            inner join marts.fct_weather_observations as known
                on fct_flights.known_weather_observation_id = known.weather_observation_id
            inner join marts.fct_weather_observations as of_the_hour
                on fct_flights.hour_weather_observation_id = of_the_hour.weather_observation_id
            where fct_flights.flight_id = '2013-01-01-UA-1545-EWR-IAH-0515'
        """,
        independent=lambda: files.weather_of("2013-01-01-UA-1545-EWR-IAH-0515"),
    ),
    Golden(
        fact="flights by what the weather said: rain, fog and storm, as known and in the hour",
        known=[(22720, 23002, 4085, 3975, 968, 993)],
        sql="""
            select
                count_if(known_weather_precipitation_inches > 0),
                count_if(hour_weather_precipitation_inches > 0),
                count_if(known_weather_visibility_miles < 1),
                count_if(hour_weather_visibility_miles < 1),
                count_if(known_weather_wind_speed_miles_per_hour > 30),
                count_if(hour_weather_wind_speed_miles_per_hour > 30)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                sum((row.precipitation or 0) > 0 for row in files.known_weather()),
                sum((row.precipitation or 0) > 0 for row in files.hour_weather()),
                sum((row.visibility or 0) < 1 for row in files.known_weather()),
                sum((row.visibility or 0) < 1 for row in files.hour_weather()),
                sum((row.wind_speed or 0) > 30 for row in files.known_weather()),
                sum((row.wind_speed or 0) > 30 for row in files.hour_weather()),
            )
        ],
    ),
    Golden(
        fact="degrees Fahrenheit added up over flights, as known and in the hour",
        known=[(19058398.1999984, 19105388.71999804)],
        sql="""
            select
                sum(known_weather_temperature_fahrenheit),
                sum(hour_weather_temperature_fahrenheit)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                sum(files.present(row.temperature for row in files.known_weather())),
                sum(files.present(row.temperature for row in files.hour_weather())),
            )
        ],
    ),
]
