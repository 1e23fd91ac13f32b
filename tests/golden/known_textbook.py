"""Answers that readers of R for Data Science know, or can look up in its solutions."""

from statistics import fmean

from tests.golden import independent as files
from tests.golden.record import Golden

RECORDS = [
    Golden(
        fact="10,200 flights arrived two hours late or more",
        known=10200,
        sql="select count(*) from marts.fct_flights where arrival_delay_minutes >= 120",
        independent=lambda: files.count_journeys(lambda journey: journey.arrival_delay >= 120),
    ),
    Golden(
        fact="9,313 flights were bound for Houston",
        known=9313,
        sql="""
            select count(*)
            from marts.fct_flights
            where destination_airport_code in ('IAH', 'HOU')
        """,
        independent=lambda: files.count(lambda flight: flight.destination in {"IAH", "HOU"}),
    ),
    Golden(
        fact="139,504 flights were operated by United, American or Delta",
        known=139504,
        sql="select count(*) from marts.fct_flights where carrier_code in ('UA', 'AA', 'DL')",
        independent=lambda: files.count(lambda flight: flight.carrier in {"UA", "AA", "DL"}),
    ),
    Golden(
        fact="86,326 flights were scheduled in summer: July, August and September",
        known=86326,
        sql="select count(*) from marts.fct_flights where month(flight_date) in (7, 8, 9)",
        independent=lambda: files.count(lambda flight: flight.month in {7, 8, 9}),
    ),
    Golden(
        fact="55,403 flights were scheduled in November and December",
        known=55403,
        sql="select count(*) from marts.fct_flights where month(flight_date) in (11, 12)",
        independent=lambda: files.count(lambda flight: flight.month in {11, 12}),
    ),
    Golden(
        fact="842 flights were scheduled on the first of January",
        known=842,
        sql="select count(*) from marts.fct_flights where flight_date = '2013-01-01'",
        independent=lambda: files.days().count("2013-01-01"),
    ),
    Golden(
        fact="29 flights arrived more than two hours late although they had not left late",
        known=29,
        sql="""
            select count(*)
            from marts.fct_flights
            where arrival_delay_minutes > 120 and departure_delay_minutes <= 0
        """,
        independent=lambda: files.count_journeys(
            lambda journey: journey.arrival_delay > 120 and journey.departure_delay <= 0
        ),
    ),
    Golden(
        fact="1,844 flights left an hour late or more and made up over 30 minutes in flight",
        known=1844,
        sql="""
            select count(*)
            from marts.fct_flights
            where
                departure_delay_minutes >= 60
                and departure_delay_minutes - arrival_delay_minutes > 30
        """,
        independent=lambda: files.count_journeys(
            lambda journey: (
                journey.departure_delay >= 60
                and journey.departure_delay - journey.arrival_delay > 30
            )
        ),
    ),
    Golden(
        fact="316,050 flights neither left nor arrived more than two hours late",
        known=316050,
        sql="""
            select count(*)
            from marts.fct_flights
            where arrival_delay_minutes <= 120 and departure_delay_minutes <= 120
        """,
        independent=lambda: files.count_journeys(
            lambda journey: journey.arrival_delay <= 120 and journey.departure_delay <= 120
        ),
    ),
    Golden(
        fact="9,373 flights left between midnight and six in the morning",
        known=9373,
        sql="""
            select count(*)
            from marts.fct_flights
            where cast(departure_at_local as time) <= time '06:00:00'
        """,
        independent=lambda: files.count(
            lambda flight: (
                flight.departure_clock is not None and flight.departure_clock % 2400 <= 600
            )
        ),
    ),
    Golden(
        fact="the fastest flight was Delta 1499 from LGA to ATL on 25 May, at 703 miles an hour",
        known=[("2013-05-25-DL-1499-LGA-ATL-1700", 703.3846153846154)],
        sql="""
            select flight_id, distance_miles / (air_time_minutes / 60.0) as miles_per_hour
            from marts.fct_flights
            where air_time_minutes > 0
            order by miles_per_hour desc
            limit 1
        """,
        independent=lambda: [
            (journey.flight.identity, journey.miles_per_hour)
            for journey in [max(files.journeys(), key=lambda journey: journey.miles_per_hour)]
        ],
    ),
    Golden(
        fact="228,390 flights used the 1,217 tail numbers that made a hundred flights or more",
        known=[(1217, 228390)],
        sql="""
            with tails as (
                select tail_number, count(*) as flights
                from marts.fct_flights
                where tail_number is not null
                group by all
            )

            select count(*), sum(flights) from tails where flights >= 100
        """,
        independent=lambda: [files.busy_tails(100)],
    ),
    Golden(
        fact="332,577 flights were bound for destinations that had more than one flight a day",
        known=332577,
        sql="""
            with destinations as (
                select destination_airport_code, count(*) as flights
                from marts.fct_flights
                group by all
            )

            select sum(flights) from destinations where flights > 365
        """,
        independent=lambda: sum(
            flights
            for _, flights in files.counted(flight.destination for flight in files.flights())
            if flights > 365
        ),
    ),
    Golden(
        fact="the top destinations were Chicago, Atlanta, Los Angeles, Boston and Orlando",
        known=[("ORD", 17283), ("ATL", 17215), ("LAX", 16174), ("BOS", 15508), ("MCO", 14082)],
        sql="""
            select destination_airport_code, count(*) as flights
            from marts.fct_flights
            group by all
            order by flights desc, destination_airport_code
            limit 5
        """,
        independent=lambda: files.most_counted(
            (flight.destination for flight in files.flights()), 5
        ),
    ),
    Golden(
        fact="7,602 flights were bound for the islands that the sample's own airports leave out",
        known=[("BQN", 896), ("PSE", 365), ("SJU", 5819), ("STT", 522)],
        sql="""
            select fct_flights.destination_airport_code, count(*)
            from marts.fct_flights
            inner join marts.dim_airports
                on fct_flights.destination_airport_code = dim_airports.airport_code
            where fct_flights.destination_airport_code in ('BQN', 'PSE', 'SJU', 'STT')
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.destination
            for flight in files.flights()
            if flight.destination not in files.own_airports()
        ),
    ),
    Golden(
        fact="flights left 12.64 minutes late on average and arrived 6.90 minutes late",
        known=[(12.639070257304708, 6.89537675731489)],
        sql="""
            select avg(departure_delay_minutes), avg(arrival_delay_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                fmean(
                    flight.departure_delay
                    for flight in files.flights()
                    if flight.departure_delay is not None
                ),
                fmean(journey.arrival_delay for journey in files.journeys()),
            )
        ],
    ),
    Golden(
        fact="on the first of January flights left 11.55 minutes late on average",
        known=11.548926014319809,
        sql="""
            select avg(departure_delay_minutes)
            from marts.fct_flights
            where flight_date = '2013-01-01'
        """,
        independent=lambda: fmean(
            flight.departure_delay
            for flight in files.flights()
            if flight.day == "2013-01-01" and flight.departure_delay is not None
        ),
    ),
    Golden(
        fact="three tail numbers and the miles that they completed",
        known=[("D942DN", 3418), ("N0EGMQ", 239143), ("N10156", 109664)],
        sql="""
            select tail_number, sum(distance_miles)
            from marts.fct_flights
            where is_completed and tail_number in ('D942DN', 'N0EGMQ', 'N10156')
            group by all
            order by all
        """,
        independent=lambda: [
            (
                tail,
                sum(
                    journey.flight.distance
                    for journey in files.journeys()
                    if journey.flight.tail == tail
                ),
            )
            for tail in ("D942DN", "N0EGMQ", "N10156")
        ],
    ),
    Golden(
        fact="the tail numbers most often missing from the registry",
        known=[("N725MQ", 575), ("N722MQ", 513), ("N723MQ", 507), ("N713MQ", 483)],
        sql="""
            select tail_number, count(*) as flights
            from marts.fct_flights
            where aircraft_match_quality = 'not_in_registry'
            group by all
            order by flights desc, tail_number
            limit 4
        """,
        independent=lambda: files.most_counted(
            (
                flight.tail
                for flight in files.flights()
                if flight.tail is not None and flight.tail not in files.planes()
            ),
            4,
        ),
    ),
]
