"""Delays, and the definition of on time: less than 15 minutes late, for flights that arrived."""

from statistics import median

from tests.golden import independent as files
from tests.golden.record import Golden

RECORDS = [
    Golden(
        fact="247,246 flights arrived on time and 80,100 arrived late",
        known=[(247246, 80100)],
        sql="""
            select
                count_if(is_on_time_arrival),
                count_if(is_completed and not is_on_time_arrival)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count_journeys(lambda journey: journey.arrival_delay < 15),
                files.count_journeys(lambda journey: journey.arrival_delay >= 15),
            )
        ],
    ),
    Golden(
        fact="255,607 flights left on time and 72,914 left late",
        known=[(255607, 72914)],
        sql="""
            select
                count_if(is_on_time_departure),
                count_if(has_departed and not is_on_time_departure)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.is_on_time_departure),
                files.count(
                    lambda flight: flight.departure is not None and not flight.is_on_time_departure
                ),
            )
        ],
    ),
    Golden(
        fact="an arrival 14 minutes late is on time, one 15 minutes late is not",
        known=[(14, 2642, 2642), (15, 2470, 0)],
        sql="""
            select arrival_delay_minutes, count(*), count_if(is_on_time_arrival)
            from marts.fct_flights
            where arrival_delay_minutes in (14, 15)
            group by all
            order by all
        """,
        independent=lambda: [
            (
                14,
                files.count(lambda flight: flight.arrival_delay == 14),
                files.count(
                    lambda flight: flight.arrival_delay == 14 and flight.is_on_time_arrival
                ),
            ),
            (
                15,
                files.count(lambda flight: flight.arrival_delay == 15),
                files.count(
                    lambda flight: flight.arrival_delay == 15 and flight.is_on_time_arrival
                ),
            ),
        ],
    ),
    Golden(
        fact="a departure 14 minutes late is on time, one 15 minutes late is not",
        known=[(14, 2256, 2256), (15, 2140, 0)],
        sql="""
            select departure_delay_minutes, count(*), count_if(is_on_time_departure)
            from marts.fct_flights
            where departure_delay_minutes in (14, 15)
            group by all
            order by all
        """,
        independent=lambda: [
            (
                14,
                files.count(lambda flight: flight.departure_delay == 14),
                files.count(
                    lambda flight: flight.departure_delay == 14 and flight.is_on_time_departure
                ),
            ),
            (
                15,
                files.count(lambda flight: flight.departure_delay == 15),
                files.count(
                    lambda flight: flight.departure_delay == 15 and flight.is_on_time_departure
                ),
            ),
        ],
    ),
    Golden(
        fact="a flight that did not arrive where it was bound has no delay and is not on time",
        known=[(9430, 0, 0)],
        sql="""
            select count(*), count(arrival_delay_minutes), count_if(is_on_time_arrival)
            from marts.fct_flights
            where not is_completed
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.state != "completed"),
                files.count(
                    lambda flight: flight.state != "completed" and flight.arrival_delay is not None
                ),
                files.count(
                    lambda flight: flight.state != "completed" and flight.is_on_time_arrival
                ),
            )
        ],
    ),
    Golden(
        fact="681 flights left on time and did not arrive where they were bound",
        known=681,
        sql="""
            select count(*)
            from marts.fct_flights
            where is_on_time_departure and not is_completed
        """,
        independent=lambda: files.count(
            lambda flight: flight.is_on_time_departure and flight.state != "completed"
        ),
    ),
    Golden(
        fact="16,514 flights left and 5,409 arrived at the very minute of the schedule",
        known=[(16514, 5409)],
        sql="""
            select count_if(departure_delay_minutes = 0), count_if(arrival_delay_minutes = 0)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.departure_delay == 0),
                files.count(lambda flight: flight.arrival_delay == 0),
            )
        ],
    ),
    Golden(
        fact="early and late minutes of departures and arrivals, netted",
        known=[(4152200, 2257174)],
        sql="""
            select sum(departure_delay_minutes), sum(arrival_delay_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.total(lambda flight: flight.departure_delay),
                files.total(lambda flight: flight.arrival_delay),
            )
        ],
    ),
    Golden(
        fact="late minutes of departures and arrivals, early ones counting as zero",
        known=[(5056783, 5365714)],
        sql="""
            select
                sum(departure_delay_minutes) filter (where departure_delay_minutes > 0),
                sum(arrival_delay_minutes) filter (where arrival_delay_minutes > 0)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.total(lambda flight: max(flight.departure_delay or 0, 0)),
                files.total(lambda flight: max(flight.arrival_delay or 0, 0)),
            )
        ],
    ),
    Golden(
        fact="on-time arrivals of each carrier",
        known=[
            ("9E", 12872),
            ("AA", 25744),
            ("AS", 605),
            ("B6", 39482),
            ("DL", 38620),
            ("EV", 34709),
            ("F9", 417),
            ("FL", 2075),
            ("HA", 298),
            ("MQ", 18051),
            ("OO", 22),
            ("UA", 44778),
            ("US", 16098),
            ("VX", 4160),
            ("WN", 8950),
            ("YV", 365),
        ],
        sql="""
            select carrier_code, count(*)
            from marts.fct_flights
            where is_on_time_arrival
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.carrier for flight in files.flights() if flight.is_on_time_arrival
        ),
    ),
    Golden(
        fact="on-time departures and arrivals of each airport",
        known=[("EWR", 87821, 86280), ("JFK", 86069, 83230), ("LGA", 81717, 77736)],
        sql="""
            select
                origin_airport_code,
                count_if(is_on_time_departure),
                count_if(is_on_time_arrival)
            from marts.fct_flights
            group by all
            order by all
        """,
        independent=files.on_time_by_origin,
    ),
    Golden(
        fact="the longest delay was Hawaiian 51 on 9 January: 21 hours and 41 minutes",
        known=[("2013-01-09-HA-51-JFK-HNL-0900", 1301, 1272)],
        sql="""
            select flight_id, departure_delay_minutes, arrival_delay_minutes
            from marts.fct_flights
            where departure_delay_minutes = (
                select max(departure_delay_minutes) from marts.fct_flights
            )
        """,
        independent=lambda: [
            (journey.flight.identity, journey.departure_delay, journey.arrival_delay)
            for journey in [max(files.journeys(), key=lambda journey: journey.departure_delay)]
        ],
    ),
    Golden(
        fact="JetBlue 97 on 7 December left 43 minutes early, and yet arrived 48 minutes late",
        known=[("2013-12-07-B6-97-JFK-DEN-2123", -43, 48)],
        sql="""
            select flight_id, departure_delay_minutes, arrival_delay_minutes
            from marts.fct_flights
            where departure_delay_minutes = (
                select min(departure_delay_minutes) from marts.fct_flights
            )
        """,
        independent=lambda: [
            (journey.flight.identity, journey.departure_delay, journey.arrival_delay)
            for journey in [min(files.journeys(), key=lambda journey: journey.departure_delay)]
        ],
    ),
    Golden(
        fact="Virgin America 193 on 7 May arrived 86 minutes early, the most of all",
        known=[("2013-05-07-VX-193-EWR-SFO-1729", -14, -86)],
        sql="""
            select flight_id, departure_delay_minutes, arrival_delay_minutes
            from marts.fct_flights
            where arrival_delay_minutes = (select min(arrival_delay_minutes) from marts.fct_flights)
        """,
        independent=lambda: [
            (journey.flight.identity, journey.departure_delay, journey.arrival_delay)
            for journey in [min(files.journeys(), key=lambda journey: journey.arrival_delay)]
        ],
    ),
    Golden(
        fact="the median flight left two minutes early and arrived five minutes early",
        known=[(-2.0, -5.0)],
        sql="""
            select median(departure_delay_minutes), median(arrival_delay_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                float(
                    median(
                        flight.departure_delay
                        for flight in files.flights()
                        if flight.departure_delay is not None
                    )
                ),
                float(median(journey.arrival_delay for journey in files.journeys())),
            )
        ],
    ),
    Golden(
        fact="the sample gives no cause of delay, no cancellation code and no taxi time",
        known=[(0, 0, 0, 0)],
        sql="""
            select
                count(carrier_delay_minutes),
                count(weather_delay_minutes),
                count(cancellation_code),
                count(taxi_out_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            tuple(
                sum(column in name for name in files.flight_columns())
                for column in ("carrier_delay", "weather_delay", "cancel", "taxi")
            )
        ],
    ),
]
