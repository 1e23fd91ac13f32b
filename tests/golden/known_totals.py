"""How many flights there are, and how they ended."""

from tests.golden import independent as files
from tests.golden.record import Golden

RECORDS = [
    Golden(
        fact="336,776 flights were scheduled, and each has its own name",
        known=[(336776, 336776)],
        sql="select count(*), count(distinct flight_id) from marts.fct_flights",
        independent=lambda: [(len(files.flights()), len(files.flights_by_identity()))],
    ),
    Golden(
        fact="every flight is completed, diverted, unresolved or never departed",
        known=[
            ("completed", 327346),
            ("diverted", 717),
            ("never_departed", 8255),
            ("unresolved", 458),
        ],
        sql="select flight_state, count(*) from marts.fct_flights group by all order by all",
        independent=lambda: files.counted(flight.state for flight in files.flights()),
    ),
    Golden(
        fact="the flags of a flight tell the same story as its state",
        known=[(328521, 327346, 0, 717, 8255, 458)],
        sql="""
            select
                count_if(has_departed),
                count_if(is_completed and flight_state = 'completed'),
                count_if(is_cancelled or flight_state = 'cancelled'),
                count_if(is_diverted and flight_state = 'diverted'),
                count_if(is_never_departed and flight_state = 'never_departed'),
                count_if(is_unresolved and flight_state = 'unresolved')
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.departure_clock is not None),
                files.count(lambda flight: flight.state == "completed"),
                0,
                files.count(lambda flight: flight.state == "diverted"),
                files.count(lambda flight: flight.state == "never_departed"),
                files.count(lambda flight: flight.state == "unresolved"),
            )
        ],
    ),
    Golden(
        fact="sixteen carriers flew from New York, United the most",
        known=[
            ("9E", 18460),
            ("AA", 32729),
            ("AS", 714),
            ("B6", 54635),
            ("DL", 48110),
            ("EV", 54173),
            ("F9", 685),
            ("FL", 3260),
            ("HA", 342),
            ("MQ", 26397),
            ("OO", 32),
            ("UA", 58665),
            ("US", 20536),
            ("VX", 5162),
            ("WN", 12275),
            ("YV", 601),
        ],
        sql="select carrier_code, count(*) from marts.fct_flights group by all order by all",
        independent=lambda: files.counted(flight.carrier for flight in files.flights()),
    ),
    Golden(
        fact="every flight of a carrier finds the carrier in its dimension",
        known=[(336776, 16)],
        sql="""
            select count(*), count(distinct dim_carriers.carrier_code)
            from marts.fct_flights
            inner join marts.dim_carriers
                on
                    fct_flights.carrier_key = dim_carriers.carrier_key
                    and fct_flights.carrier_code = dim_carriers.carrier_code
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.carrier in files.carriers()),
                len(files.carriers()),
            )
        ],
    ),
    Golden(
        fact="Newark was the busiest of the three airports",
        known=[("EWR", 120835), ("JFK", 111279), ("LGA", 104662)],
        sql="select origin_airport_code, count(*) from marts.fct_flights group by all order by all",
        independent=lambda: files.counted(flight.origin for flight in files.flights()),
    ),
    Golden(
        fact="flights left for 105 destinations on 224 routes",
        known=[(105, 224)],
        sql="""
            select
                count(distinct destination_airport_code),
                count(distinct origin_airport_code || '-' || destination_airport_code)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                len({flight.destination for flight in files.flights()}),
                len({(flight.origin, flight.destination) for flight in files.flights()}),
            )
        ],
    ),
    Golden(
        fact="the longest route is JFK-HNL, the shortest EWR-LGA, scheduled once and never flown",
        known=[
            ("EWR", "LGA", 17, 1, 0),
            ("JFK", "HNL", 4983, 342, 342),
        ],
        sql="""
            select
                origin_airport_code,
                destination_airport_code,
                distance_miles,
                count(*),
                count_if(has_departed)
            from marts.fct_flights
            where
                distance_miles in (
                    select max(distance_miles) from marts.fct_flights
                    union all
                    select min(distance_miles) from marts.fct_flights
                )
            group by all
            order by all
        """,
        independent=files.shortest_and_longest_routes,
    ),
    Golden(
        fact="scheduled flights would have covered 350,217,607 miles",
        known=350217607,
        sql="select sum(distance_miles) from marts.fct_flights",
        independent=lambda: files.total(lambda flight: flight.distance),
    ),
    Golden(
        fact="completed flights were in the air for 49,326,610 minutes",
        known=49326610,
        sql="select sum(air_time_minutes) from marts.fct_flights where is_completed",
        independent=lambda: sum(journey.air_time for journey in files.journeys()),
    ),
    Golden(
        fact="the sample covers every day of 2013",
        known=[("2013-01-01", "2013-12-31", 365)],
        sql="""
            select
                cast(min(flight_date) as varchar),
                cast(max(flight_date) as varchar),
                count(distinct flight_date)
            from marts.fct_flights
        """,
        independent=lambda: [(min(files.days()), max(files.days()), len(set(files.days())))],
    ),
    Golden(
        fact="the busiest day was the eve of Thanksgiving, the quietest Thanksgiving itself",
        known=[("2013-11-27", 1014), ("2013-11-28", 634)],
        sql="""
            with days as (
                select cast(flight_date as varchar) as day, count(*) as flights
                from marts.fct_flights
                group by all
            )

            select day, flights
            from days
            where
                flights = (select max(flights) from days)
                or flights = (select min(flights) from days)
            order by day
        """,
        independent=lambda: files.extremes(files.counted(files.days())),
    ),
    Golden(
        fact="flights a month, by the clocks where they leave",
        known=[
            ("2013-01-01", 27004),
            ("2013-02-01", 24951),
            ("2013-03-01", 28834),
            ("2013-04-01", 28330),
            ("2013-05-01", 28796),
            ("2013-06-01", 28243),
            ("2013-07-01", 29425),
            ("2013-08-01", 29327),
            ("2013-09-01", 27574),
            ("2013-10-01", 28889),
            ("2013-11-01", 27268),
            ("2013-12-01", 28135),
        ],
        sql="""
            select cast(flight_month as varchar), count(*)
            from marts.fct_flights
            group by all
            order by all
        """,
        independent=lambda: files.counted(f"{day[:7]}-01" for day in files.days()),
    ),
    Golden(
        fact="flights a scheduled hour, by the clocks where they leave",
        known=[
            (1, 1),
            (5, 1953),
            (6, 25951),
            (7, 22821),
            (8, 27242),
            (9, 20312),
            (10, 16708),
            (11, 16033),
            (12, 18181),
            (13, 19956),
            (14, 21706),
            (15, 23888),
            (16, 23002),
            (17, 24426),
            (18, 21783),
            (19, 21441),
            (20, 16739),
            (21, 10933),
            (22, 2639),
            (23, 1061),
        ],
        sql="""
            select scheduled_departure_hour, count(*)
            from marts.fct_flights
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            flight.scheduled_departure_local.hour for flight in files.flights()
        ),
    ),
    Golden(
        fact="flights a weekday, Monday first: Saturdays are the quietest",
        known=[
            (1, 50690),
            (2, 50422),
            (3, 50060),
            (4, 50219),
            (5, 50308),
            (6, 38720),
            (7, 46357),
        ],
        sql="select isodow(flight_date), count(*) from marts.fct_flights group by all order by all",
        independent=lambda: files.counted(
            flight.scheduled_departure_local.isoweekday() for flight in files.flights()
        ),
    ),
    Golden(
        fact="the blizzard of 8 and 9 February kept more flights on the ground than any other day",
        known=[("2013-02-08", 472), ("2013-02-09", 393)],
        sql="""
            select cast(flight_date as varchar) as day, count(*) as flights
            from marts.fct_flights
            where is_never_departed
            group by all
            order by flights desc, day
            limit 2
        """,
        independent=lambda: files.most_counted(
            (flight.day for flight in files.flights() if flight.state == "never_departed"),
            2,
        ),
    ),
    Golden(
        fact="2,512 flights report no tail number, and none of them departed",
        known=[(2512, 2512)],
        sql="""
            select count(*), count_if(is_never_departed)
            from marts.fct_flights
            where tail_number is null
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.tail is None),
                files.count(lambda flight: flight.tail is None and flight.departure is None),
            )
        ],
    ),
]
