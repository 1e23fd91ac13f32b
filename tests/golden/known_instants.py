"""When flights left and arrived: midnights, time zones, and the two nights when clocks change."""

from tests.golden import independent as files
from tests.golden.record import Golden


def moments(identity: str) -> list[tuple[str | None, ...]]:
    """Return one flight's scheduled and actual departure and arrival, in UTC and in local time."""
    flight = files.flights_by_identity()[identity]
    return [
        (
            files.utc(flight.scheduled_departure),
            files.utc(flight.departure),
            files.on_the_clock(flight.departure, flight.origin),
            files.utc(flight.scheduled_arrival),
            files.utc(flight.arrival),
            files.on_the_clock(flight.arrival, flight.destination),
        )
    ]


def flight_of(fact: str, identity: str, *known: str) -> Golden:
    """Return the record of one flight's instants."""
    return Golden(
        fact=fact,
        known=[known],
        sql=f"""
            select
                cast(scheduled_departure_at_utc as varchar),
                cast(departure_at_utc as varchar),
                cast(departure_at_local as varchar),
                cast(scheduled_arrival_at_utc as varchar),
                cast(arrival_at_utc as varchar),
                cast(arrival_at_local as varchar)
            from marts.fct_flights
            where flight_id = '{identity}'
        """,
        independent=lambda: moments(identity),
    )


RECORDS = [
    flight_of(
        "United 1545, the first flight of the year, left two minutes late for Houston",
        "2013-01-01-UA-1545-EWR-IAH-0515",
        "2013-01-01 10:15:00",
        "2013-01-01 10:17:00",
        "2013-01-01 05:17:00",
        "2013-01-01 14:19:00",
        "2013-01-01 14:30:00",
        "2013-01-01 08:30:00",
    ),
    flight_of(
        "JetBlue 35 landed at 03:03 and not at 02:03, which no clock in New York showed that night",
        "2013-03-09-B6-35-JFK-PBI-2145",
        "2013-03-10 02:45:00",
        "2013-03-10 04:06:00",
        "2013-03-09 23:06:00",
        "2013-03-10 05:34:00",
        "2013-03-10 07:03:00",
        "2013-03-10 03:03:00",
    ),
    flight_of(
        "JetBlue 727 flew to Puerto Rico, where clocks stay, while New York's went forward",
        "2013-03-09-B6-727-JFK-BQN-2359",
        "2013-03-10 04:59:00",
        "2013-03-10 05:53:00",
        "2013-03-10 00:53:00",
        "2013-03-10 08:38:00",
        "2013-03-10 09:04:00",
        "2013-03-10 05:04:00",
    ),
    flight_of(
        "American 185 flew to Los Angeles while New York's clocks went forward",
        "2013-03-09-AA-185-JFK-LAX-2135",
        "2013-03-10 02:35:00",
        "2013-03-10 02:34:00",
        "2013-03-09 21:34:00",
        "2013-03-10 08:50:00",
        "2013-03-10 08:51:00",
        "2013-03-10 00:51:00",
    ),
    flight_of(
        "Virgin America 413 left five hours late and flew while New York's clocks went back",
        "2013-11-02-VX-413-JFK-LAX-1655",
        "2013-11-02 20:55:00",
        "2013-11-03 02:17:00",
        "2013-11-02 22:17:00",
        "2013-11-03 03:15:00",
        "2013-11-03 08:14:00",
        "2013-11-03 01:14:00",
    ),
    flight_of(
        "JetBlue 745 flew to Ponce, where clocks stay, while New York's went back",
        "2013-11-02-B6-745-JFK-PSE-2359",
        "2013-11-03 03:59:00",
        "2013-11-03 03:46:00",
        "2013-11-02 23:46:00",
        "2013-11-03 07:45:00",
        "2013-11-03 07:53:00",
        "2013-11-03 03:53:00",
    ),
    flight_of(
        "Hawaiian 51 took over eleven hours to Honolulu, arriving the same afternoon",
        "2013-01-01-HA-51-JFK-HNL-0900",
        "2013-01-01 14:00:00",
        "2013-01-01 13:57:00",
        "2013-01-01 08:57:00",
        "2013-01-02 01:30:00",
        "2013-01-02 01:16:00",
        "2013-01-01 15:16:00",
    ),
    flight_of(
        "Hawaiian 51 of 9 January left and arrived on the tenth",
        "2013-01-09-HA-51-JFK-HNL-0900",
        "2013-01-09 14:00:00",
        "2013-01-10 11:41:00",
        "2013-01-10 06:41:00",
        "2013-01-10 01:30:00",
        "2013-01-10 22:42:00",
        "2013-01-10 12:42:00",
    ),
    flight_of(
        "JetBlue 1503 was due out a minute before midnight and left after it",
        "2013-07-01-B6-1503-JFK-SJU-2359",
        "2013-07-02 03:59:00",
        "2013-07-02 04:02:00",
        "2013-07-02 00:02:00",
        "2013-07-02 07:44:00",
        "2013-07-02 07:44:00",
        "2013-07-02 03:44:00",
    ),
    flight_of(
        "Phoenix is two hours behind New York in winter",
        "2013-01-01-US-245-EWR-PHX-0630",
        "2013-01-01 11:30:00",
        "2013-01-01 11:22:00",
        "2013-01-01 06:22:00",
        "2013-01-01 17:14:00",
        "2013-01-01 17:17:00",
        "2013-01-01 10:17:00",
    ),
    flight_of(
        "Phoenix is three hours behind New York in summer",
        "2013-07-01-UA-1138-EWR-PHX-0658",
        "2013-07-01 10:58:00",
        "2013-07-01 10:55:00",
        "2013-07-01 06:55:00",
        "2013-07-01 16:15:00",
        "2013-07-01 15:55:00",
        "2013-07-01 08:55:00",
    ),
    flight_of(
        "United 887 flew to Anchorage, four hours behind",
        "2013-07-06-UA-887-EWR-ANC-1615",
        "2013-07-06 20:15:00",
        "2013-07-06 20:29:00",
        "2013-07-06 16:29:00",
        "2013-07-07 03:53:00",
        "2013-07-07 03:54:00",
        "2013-07-06 19:54:00",
    ),
    flight_of(
        "JetBlue 97 left early one evening and arrived late the next day",
        "2013-12-07-B6-97-JFK-DEN-2123",
        "2013-12-08 02:23:00",
        "2013-12-08 01:40:00",
        "2013-12-07 20:40:00",
        "2013-12-08 06:52:00",
        "2013-12-08 07:40:00",
        "2013-12-08 00:40:00",
    ),
    Golden(
        fact="scheduled flights were to take 62,831,977 minutes, from 50 to 700 each",
        known=[(62831977, 62831977, 50, 700)],
        sql="""
            select
                sum(date_diff('minute', scheduled_departure_at_utc, scheduled_arrival_at_utc)),
                sum(scheduled_block_minutes),
                min(scheduled_block_minutes),
                max(scheduled_block_minutes)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                sum(files.scheduled_blocks()),
                sum(files.scheduled_blocks()),
                min(files.scheduled_blocks()),
                max(files.scheduled_blocks()),
            )
        ],
    ),
    Golden(
        fact="completed flights took 59,560,261 minutes from gate to gate",
        known=[(59560261, 59560261, 33, 738)],
        sql="""
            select
                sum(date_diff('minute', departure_at_utc, arrival_at_utc)),
                sum(actual_block_minutes),
                min(actual_block_minutes),
                max(actual_block_minutes)
            from marts.fct_flights
            where is_completed
        """,
        independent=lambda: [
            (
                sum(files.actual_blocks()),
                sum(files.actual_blocks()),
                min(files.actual_blocks()),
                max(files.actual_blocks()),
            )
        ],
    ),
    Golden(
        fact="every flight took longer from gate to gate than it was in the air",
        known=[(327346, 10233651)],
        sql="""
            select count(*), sum(actual_block_minutes - air_time_minutes)
            from marts.fct_flights
            where actual_block_minutes > air_time_minutes
        """,
        independent=lambda: [
            (
                files.count_journeys(
                    lambda journey: journey.actual_block_minutes > journey.air_time
                ),
                sum(
                    journey.actual_block_minutes - journey.air_time for journey in files.journeys()
                ),
            )
        ],
    ),
    Golden(
        fact="minutes from the start of 2013 in UTC to the four instants of flights, added up",
        known=[(88945619988, 87006433529, 89008451965, 86765510954)],
        sql="""
            select
                sum(date_diff('minute', timestamp '2013-01-01', scheduled_departure_at_utc)),
                sum(date_diff('minute', timestamp '2013-01-01', departure_at_utc)),
                sum(date_diff('minute', timestamp '2013-01-01', scheduled_arrival_at_utc)),
                sum(date_diff('minute', timestamp '2013-01-01', arrival_at_utc))
                    filter (where is_completed)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.total(lambda flight: files.minutes_into_2013(flight.scheduled_departure)),
                files.total(lambda flight: files.minutes_into_2013(flight.departure)),
                files.total(lambda flight: files.minutes_into_2013(flight.scheduled_arrival)),
                files.total(lambda flight: files.minutes_into_2013(flight.arrival)),
            )
        ],
    ),
    Golden(
        fact="717 diverted flights arrived when the clocks there first read what was printed",
        known=[(717, 180790555, 683815)],
        sql="""
            select
                count(arrival_at_utc),
                sum(date_diff('minute', timestamp '2013-01-01', arrival_at_utc)),
                sum(hour(arrival_at_local) * 60 + minute(arrival_at_local))
            from marts.fct_flights
            where is_diverted
        """,
        independent=lambda: [
            (
                len(files.diverted_arrivals()),
                sum(
                    files.minutes(moment - files.START_OF_2013)
                    for moment in files.diverted_arrivals()
                ),
                files.total(
                    lambda flight: (
                        files.minutes_after_midnight(flight.arrival_clock)
                        if flight.state == "diverted"
                        else None
                    )
                ),
            )
        ],
    ),
    Golden(
        fact="minutes between UTC and the clocks at both ends of completed flights, added up",
        known=[(-85169280, -99783480)],
        sql="""
            select
                sum(date_diff('minute', departure_at_utc, departure_at_local)),
                sum(date_diff('minute', arrival_at_utc, arrival_at_local))
            from marts.fct_flights
            where is_completed
        """,
        independent=lambda: [
            (
                sum(files.offset(journey.departure_local) for journey in files.journeys()),
                sum(files.offset(journey.arrival_local) for journey in files.journeys()),
            )
        ],
    ),
    Golden(
        fact="every departure reads on the clock what the source printed",
        known=270057749,
        sql="""
            select sum(hour(departure_at_local) * 60 + minute(departure_at_local))
            from marts.fct_flights
            where has_departed
        """,
        independent=lambda: files.total(
            lambda flight: files.minutes_after_midnight(flight.departure_clock)
        ),
    ),
    Golden(
        fact="every arrival reads on the clock what the source printed, but for one an hour later",
        known=298628594,
        sql="""
            select sum(hour(arrival_at_local) * 60 + minute(arrival_at_local))
            from marts.fct_flights
            where is_completed
        """,
        independent=lambda: (
            60
            + sum(
                files.minutes_after_midnight(journey.flight.arrival_clock) or 0
                for journey in files.journeys()
            )
        ),
    ),
    Golden(
        fact="29 flights left at midnight, and 150 arrived at midnight: the source prints 2400",
        known=[(29, 150)],
        sql="""
            select
                count_if(hour(departure_at_local) = 0 and minute(departure_at_local) = 0),
                count_if(hour(arrival_at_local) = 0 and minute(arrival_at_local) = 0)
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count(lambda flight: flight.departure_clock == 2400),
                files.count_journeys(lambda journey: journey.flight.arrival_clock == 2400),
            )
        ],
    ),
    Golden(
        fact="10,657 completed flights arrived on another local day than they left",
        known=10657,
        sql="""
            select count(*)
            from marts.fct_flights
            where
                is_completed
                and cast(arrival_at_local as date) <> cast(departure_at_local as date)
        """,
        independent=lambda: files.count_journeys(
            lambda journey: journey.arrival_local.date() != journey.departure_local.date()
        ),
    ),
    Golden(
        fact="11,885 completed flights arrived on the day after their flight date, none later",
        known=[(0, 315461), (1, 11885)],
        sql="""
            select date_diff('day', flight_date, cast(arrival_at_local as date)), count(*)
            from marts.fct_flights
            where is_completed
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            (journey.arrival_local.date() - journey.flight.scheduled_departure_local.date()).days
            for journey in files.journeys()
        ),
    ),
    Golden(
        fact="1,236 flights left on the day after their flight date",
        known=1236,
        sql="""
            select count(*)
            from marts.fct_flights
            where cast(departure_at_local as date) <> flight_date
        """,
        independent=lambda: files.count(
            lambda flight: (
                flight.departure is not None
                and files.local(flight.departure, flight.origin).date()
                != flight.scheduled_departure_local.date()
            )
        ),
    ),
    Golden(
        fact="65,918 completed flights arrived on another day in UTC than they left",
        known=65918,
        sql="""
            select count(*)
            from marts.fct_flights
            where is_completed and cast(arrival_at_utc as date) <> cast(departure_at_utc as date)
        """,
        independent=lambda: files.count_journeys(
            lambda journey: journey.arrival.date() != journey.departure.date()
        ),
    ),
    Golden(
        fact="11 flights were under way as New York's clocks went forward, 10 as they went back",
        known=[(11, 10)],
        sql="""
            select
                count_if(
                    departure_at_utc < timestamp '2013-03-10 07:00:00'
                    and arrival_at_utc >= timestamp '2013-03-10 07:00:00'
                ),
                count_if(
                    departure_at_utc < timestamp '2013-11-03 06:00:00'
                    and arrival_at_utc >= timestamp '2013-11-03 06:00:00'
                )
            from marts.fct_flights
        """,
        independent=lambda: [
            (
                files.count_journeys(
                    lambda journey: journey.departure < files.CLOCKS_FORWARD <= journey.arrival
                ),
                files.count_journeys(
                    lambda journey: journey.departure < files.CLOCKS_BACK <= journey.arrival
                ),
            )
        ],
    ),
    Golden(
        fact="flights by the time zone where they were bound",
        known=[
            ("America/Anchorage", 8),
            ("America/Chicago", 74811),
            ("America/Denver", 10291),
            ("America/Indiana/Indianapolis", 2087),
            ("America/Kentucky/Louisville", 1157),
            ("America/Los_Angeles", 46324),
            ("America/New_York", 189133),
            ("America/Phoenix", 4656),
            ("America/Puerto_Rico", 7080),
            ("America/St_Thomas", 522),
            ("Pacific/Honolulu", 707),
        ],
        sql="""
            select dim_airports.time_zone_name, count(*)
            from marts.fct_flights
            inner join marts.dim_airports
                on fct_flights.destination_airport_code = dim_airports.airport_code
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            files.zones()[flight.destination].key for flight in files.flights()
        ),
    ),
]
